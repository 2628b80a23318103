import { z } from "zod";
import { invalid } from "../http/api-error.ts";

const word = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?";
const key = `(?:[A-Za-z0-9.-]{1,253}/)?${word}`;

/** Labels of a resource: key to value. */
export const labels = z.record(
  z.string().regex(new RegExp(`^${key}$`), "is no valid label key"),
  z.string().regex(new RegExp(`^(${word})?$`), "is no valid label value"),
);

/** Labels of one resource. */
export type Labels = z.infer<typeof labels>;

/** Whether labels fit one requirement. */
type Requirement = (given: Labels) => boolean;

const equal = new RegExp(
  `^(?<key>${key})\\s*(?<not>!?)==?\\s*(?<value>(?:${word})?)$`,
);
const oneOf = new RegExp(
  `^(?<key>${key})\\s+(?<not>not)?in\\s+\\((?<list>[^()]*)\\)$`,
);
const present = new RegExp(`^(?<not>!?)(?<key>${key})$`);

/** Reads a selector such as `env=prod,!retired,role in (web,db)`; refuses one that is none. */
export function parseSelector(text: string): Requirement {
  const parts = text.split(/,(?![^(]*\))/).map((part) => part.trim());
  const requirements = parts.filter(Boolean).map(parseRequirement);
  return (given) => requirements.every((requirement) => requirement(given));
}

function parseRequirement(text: string): Requirement {
  for (const form of [present, equal, oneOf]) {
    const groups = form.exec(text)?.groups;
    if (!groups) continue;
    const { key: name = "", value, list, not } = groups;
    const isWanted = !not;
    const values = list?.split(",").map((entry) => entry.trim()) ?? [value];
    if (form === present) return (given) => name in given === isWanted;
    return (given) => values.includes(given[name]) === isWanted;
  }
  throw invalid("label_selector", `cannot read ${JSON.stringify(text)}`);
}
