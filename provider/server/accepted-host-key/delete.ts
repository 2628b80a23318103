import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";

/** What was recorded is forgotten with the resource; nothing is on the host. */
export function remove(): empty_pb.Empty {
  return new empty_pb.Empty();
}
