import bcrypt from "bcryptjs";
import {
  characterProblems,
  generateString,
  withCharacterDefaults,
} from "./characters.ts";
import type {
  Adopted,
  Generated,
  Resource,
} from "../shared/bridged/resource.ts";

const bcryptRounds = 10;

async function describePassword(result: string): Promise<Generated> {
  // The official plugin writes the older name of the same algorithm.
  const salt = (await bcrypt.genSalt(bcryptRounds)).replace("$2b$", "$2a$");
  const bcryptHash = await bcrypt.hash(result, salt);
  return { id: "none", outputs: { result, bcryptHash } };
}

/** `random.RandomPassword`: a secret string. */
export const password: Resource = {
  withDefaults: withCharacterDefaults,
  problems: characterProblems,
  generate: (inputs) => describePassword(generateString(inputs)),
  adopt: async (id) => adoptString(id, await describePassword(id)),
  schemaVersion: "3",
};

/** `random.RandomString`: a string that is not secret, and its own id. */
export const string: Resource = {
  withDefaults: withCharacterDefaults,
  problems: characterProblems,
  generate: (inputs) => describeString(generateString(inputs)),
  adopt: async (id) => adoptString(id, describeString(id)),
  schemaVersion: "2",
};

function describeString(result: string): Generated {
  return { id: result, outputs: { result } };
}

function adoptString(value: string, generated: Generated): Adopted {
  const kinds = { lower: true, upper: true, special: true };
  const inputs = {
    length: [...value].length,
    ...kinds,
    ...{ number: true, numeric: true },
  };
  return { ...generated, inputs };
}
