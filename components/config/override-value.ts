import { z } from "zod";
import { branchesOf, childrenOf } from "./schema-path.ts";
import { isSecretReference } from "./secret.ts";
import type { Fault } from "./text.ts";

/** What a variable says: a value, or `null` for "as if the key were not there". */
export type Said = { readonly value: unknown } | Fault;

/**
 * Reads a variable's text as the schema wants it: numbers, `true` and `false`, lists as JSON or separated by commas,
 * whatever has keys as JSON. What does not fit is left as text, for the schema to refuse.
 */
export function parseValue(text: string, schemas: readonly z.ZodType[]): Said {
  if (text === "") {
    return {
      rule: "is empty",
      hint: "give it a value, or null to leave the key out",
    };
  }
  if (text === "null") return { value: null };
  const branches = schemas.flatMap((schema) => branchesOf(schema));
  if (branches.some(isSecretReference)) return secretOf(text);
  const list = branches.find((branch) => branch instanceof z.ZodArray);
  const hasOthers = branches.length > 1;
  if (list && (!hasOthers || /^\[|,/.test(text))) return listOf(text, list);
  if (branches.some(hasKeys)) return objectOf(text);
  return { value: branches.reduce<unknown>(scalarOf, text) };
}

function scalarOf(value: unknown, schema: z.ZodType): unknown {
  if (typeof value !== "string") return value;
  const isNumber = /^-?\d+(\.\d+)?$/.test(value);
  if (schema instanceof z.ZodNumber && isNumber) return Number(value);
  const isTruth = value === "true" || value === "false";
  return schema instanceof z.ZodBoolean && isTruth ? value === "true" : value;
}

function listOf(text: string, list: z.ZodType): Said {
  if (text.startsWith("[")) return jsonOf(text, "a list");
  const elements = childrenOf(list, 0);
  return {
    value: text
      .split(",")
      .map((part) => elements.reduce<unknown>(scalarOf, part.trim())),
  };
}

function objectOf(text: string): Said {
  return jsonOf(text, "an object with keys");
}

function hasKeys(schema: z.ZodType): boolean {
  return schema instanceof z.ZodObject || schema instanceof z.ZodRecord;
}

/** A secret's own text may stand here by mistake: it is shown nowhere. */
function secretOf(text: string): Said {
  const parsed = text.startsWith("{") ? jsonOf(text, "") : undefined;
  if (parsed && "value" in parsed) return parsed;
  return {
    rule: "must not hold a secret in clear",
    hint: 'write {"secret":"<name>"} there, and the secret itself into FLOTILLA_SECRET__<NAME>',
  };
}

function jsonOf(text: string, form: string): Said {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return {
      rule: `must be ${form} as JSON`,
      hint: "correct it, or quote it for your shell",
    };
  }
}
