import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import type { InputProblem, Resource } from "../shared/bridged/resource.ts";

const bytesInputs = z.object({ length: z.number().int() });
const idInputs = z.object({
  byteLength: z.number().int(),
  prefix: z.string().default(""),
});

function atLeastOne(
  property: string,
  attribute: string,
): (inputs: PropertyMap) => InputProblem[] {
  return (inputs) => {
    const value = inputs[property];
    const reason = `Invalid Attribute Value. Attribute ${attribute} value must be at least 1, got: ${String(value)}.`;
    return typeof value === "number" && value < 1 ? [{ property, reason }] : [];
  };
}

/** `random.RandomBytes`: secret bytes. */
export const bytes: Resource = {
  withDefaults: (inputs) => inputs,
  problems: atLeastOne("length", "length"),
  generate: (inputs) => {
    const value = randomBytes(bytesInputs.parse(inputs).length);
    const base64 = value.toString("base64");
    return { id: base64, outputs: { base64, hex: value.toString("hex") } };
  },
  hasIdOutput: false,
};

/** `random.RandomId`: bytes that are not secret, written in four ways. */
export const id: Resource = {
  withDefaults: (inputs) => inputs,
  problems: atLeastOne("byteLength", "byte_length"),
  generate: (inputs) => {
    const { byteLength, prefix } = idInputs.parse(inputs);
    const value = randomBytes(byteLength);
    const hex = value.toString("hex");
    const base64url = value.toString("base64url");
    return {
      id: base64url,
      outputs: {
        b64Std: prefix + value.toString("base64"),
        b64Url: prefix + base64url,
        dec: `${prefix}${BigInt(`0x${hex}`)}`,
        hex: prefix + hex,
      },
    };
  },
};
