import { isDeepStrictEqual } from "node:util";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { diffResponse } from "../diff-response.ts";
import { decode, hasUnknown, reveal } from "../property.ts";
import type { Session } from "../session.ts";
import { parseInputs, parseRecorded, recordedOrPinned } from "./state.ts";

/** Another machine has a first contact of its own; all else keeps the recorded key. No network. */
export function diff(
  session: Session,
  request: provider_pb.DiffRequest,
): provider_pb.DiffResponse {
  const before = decode(request.getOldInputs());
  const after = decode(request.getNews());
  const isOther = (key: string): boolean =>
    hasUnknown(after[key]) ||
    !isDeepStrictEqual(reveal(before[key]), reveal(after[key]));
  const { UPDATE, UPDATE_REPLACE } = provider_pb.PropertyDiff.Kind;
  const changed = ["hostId", "name", "address", "port", "pinned"].filter(
    isOther,
  );
  const inputs = parseInputs(after);
  if (session.isRebuilt(inputs.name)) changed.push("hostKeys");
  else if (!changed.includes("hostId"))
    recordedOrPinned(parseRecorded(decode(request.getOlds())), inputs);
  return diffResponse(
    changed.map((key) => [key, key === "hostId" ? UPDATE_REPLACE : UPDATE]),
  );
}
