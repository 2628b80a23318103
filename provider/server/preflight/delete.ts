import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";

/** A preflight left nothing on any host. */
export function remove(): empty_pb.Empty {
  return new empty_pb.Empty();
}
