import { randomBytes } from "node:crypto";
import { z } from "zod";
import { below, seededInt } from "./go-random.ts";
import { ResourceProblem, type Resource } from "../shared/bridged/resource.ts";

const integerInputs = z.object({
  min: z.number().int(),
  max: z.number().int(),
  seed: z.string().optional(),
});

/** `random.RandomInteger`: a whole number of a range, both ends included. */
export const integer: Resource = {
  withDefaults: (inputs) => inputs,
  generate: (inputs) => {
    const { min, max, seed } = integerInputs.parse(inputs);
    if (max < min) {
      throw new ResourceProblem(
        "Create Random Integer Error",
        "The minimum (minVal) value needs to be smaller than or equal to maximum (maxVal) value.",
      );
    }
    const count = BigInt(max) - BigInt(min) + 1n;
    // An empty seed counts as none, as in the official plugin.
    const offset = seed ? seededInt(seed, count) : secureInt(count);
    const result = min + Number(offset);
    return { id: String(result), outputs: { result } };
  },
};

function secureInt(limit: bigint): bigint {
  return below(limit, () => randomBytes(8).readBigUInt64BE(), 2n ** 64n);
}
