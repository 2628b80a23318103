import { z } from "zod";
import {
  isRecord,
  type PropertyMap,
} from "../../../provider/server/property.ts";
import type { InputProblem } from "../shared/bridged/resource.ts";

/** Labels in an answer or among inputs. */
export const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((given) => given ?? {});

const word = /^[a-z0-9A-Z]((?:[\w.-]|){0,61}[a-z0-9A-Z])?$/;
const prefix = /^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.?)+$/;

/** What is wrong with labels, before the API is asked. */
export function labelProblems({ labels: given }: PropertyMap): InputProblem[] {
  if (!isRecord(given)) return [];
  return Object.entries(given).flatMap(([key, value]) => {
    const property = `labels[${JSON.stringify(key)}]`;
    if (!isKey(key)) return [problem(property, `key '${key}'`)];
    return typeof value === "string" && value !== "" && !word.test(value)
      ? [problem(property, `value '${value}' (key: ${key})`)]
      : [];
  });
}

function isKey(key: string): boolean {
  const parts = key.split("/");
  const name = parts.at(-1) ?? "";
  const before = parts.slice(0, -1);
  return (
    before.length < 2 &&
    word.test(name) &&
    before.every((it) => prefix.test(it))
  );
}

function problem(property: string, what: string): InputProblem {
  const reason = `Invalid label. label ${what} is not correctly formatted.`;
  return { property, reason };
}
