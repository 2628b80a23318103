import { createHash, randomBytes } from "node:crypto";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  decode,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";

const { Mode } = provider_pb.CheckRequest.AutonamingOptions;
const digits = 7;

/** A name for a resource that was given none: the one that it has, or its name in the program and seven digits. */
export function chooseName(request: provider_pb.CheckRequest): string {
  const olds = reveal(decode(request.getOlds())) as PropertyMap;
  if (typeof olds["name"] === "string") return olds["name"];
  const options = request.getAutonaming();
  if (options && options.getMode() === Mode.DISABLE) {
    throw new Error(
      `automatic naming is off: give ${request.getName()} a name`,
    );
  }
  return options
    ? options.getProposedName()
    : `${request.getName()}-${suffix(request.getRandomseed_asU8())}`;
}

/** Always the same digits for the same seed, so that a preview names what the update will. */
function suffix(seed: Uint8Array): string {
  const source = seed.length > 0 ? seed : randomBytes(32);
  return createHash("sha256").update(source).digest("hex").slice(0, digits);
}
