import { randomInt } from "node:crypto";
import { z } from "zod";
import {
  UNKNOWN,
  type PropertyMap,
} from "../../../provider/server/property.ts";
import type { InputProblem } from "../shared/bridged/resource.ts";

const defaultSpecial = "!@#$%&*()-_=+[]{}<>:?";

/** The four kinds of characters: switch → alphabet and least number. */
const kinds = {
  special: { alphabet: defaultSpecial, minimum: "minSpecial" },
  upper: { alphabet: "ABCDEFGHIJKLMNOPQRSTUVWXYZ", minimum: "minUpper" },
  lower: { alphabet: "abcdefghijklmnopqrstuvwxyz", minimum: "minLower" },
  numeric: { alphabet: "0123456789", minimum: "minNumeric" },
} as const;

type Kind = keyof typeof kinds;
const kindNames: readonly Kind[] = ["special", "upper", "lower", "numeric"];

const flag = z.boolean();
const count = z.number().int();
const recipe = z.object({
  length: count,
  overrideSpecial: z.string().default(""),
  ...{ special: flag, upper: flag, lower: flag, numeric: flag },
  ...{ minSpecial: count, minUpper: count, minLower: count, minNumeric: count },
});

/** Fills in which characters are wanted; `number` is the old name of `numeric`. */
export function withCharacterDefaults(inputs: PropertyMap): PropertyMap {
  const numeric = inputs["numeric"] ?? inputs["number"] ?? true;
  return {
    ...{ special: true, upper: true, lower: true },
    ...{ minSpecial: 0, minUpper: 0, minLower: 0, minNumeric: 0 },
    ...inputs,
    ...{ numeric, number: inputs["number"] ?? numeric },
  };
}

/** Why no string can be made of these inputs. */
export function characterProblems(inputs: PropertyMap): InputProblem[] {
  const wanted = withCharacterDefaults(inputs);
  return [...lengthProblems(wanted), ...kindProblems(wanted)];
}

function lengthProblems(wanted: PropertyMap): InputProblem[] {
  const length = wanted["length"];
  if (typeof length !== "number") return [];
  const minima = Object.values(kinds).map(({ minimum }) => wanted[minimum]);
  const sum = minima
    .filter((minimum) => typeof minimum === "number")
    .reduce((total, minimum) => total + minimum, 0);
  const refuse = (least: string) => ({
    property: "length",
    reason: `Invalid Attribute Value. Attribute length value must be at least ${least}, got: ${length}.`,
  });
  return [
    ...(length < 1 ? [refuse("1")] : []),
    ...(length < sum
      ? [refuse("sum of min_upper + min_lower + min_numeric + min_special")]
      : []),
  ];
}

function kindProblems(wanted: PropertyMap): InputProblem[] {
  const { number, numeric } = wanted;
  if (number !== UNKNOWN && numeric !== UNKNOWN && number !== numeric) {
    const reason =
      "Invalid Attribute Combination. number and numeric are the same setting and differ.";
    return [{ property: "numeric", reason }];
  }
  const none = Object.keys(kinds).every((kind) => wanted[kind] === false);
  const reason =
    "Invalid Attribute Combination. At least one attribute out of [special,upper,lower,numeric] must be specified as true.";
  return none ? [{ property: "numeric", reason }] : [];
}

/** A string with at least as many characters of each kind as asked, from the machine's cryptographic randomness. */
export function generateString(inputs: PropertyMap): string {
  const wanted = recipe.parse(inputs);
  const alphabets = alphabetsOf(wanted.overrideSpecial);
  const allowed = kindNames
    .filter((kind) => wanted[kind])
    .flatMap((kind) => alphabets[kind]);
  const required = kindNames.flatMap((kind) =>
    pick(alphabets[kind], wanted[kinds[kind].minimum]),
  );
  return shuffle([
    ...required,
    ...pick(allowed, wanted.length - required.length),
  ]).join("");
}

function alphabetsOf(overrideSpecial: string): Record<Kind, string[]> {
  const { special, upper, lower, numeric } = kinds;
  return {
    special: Array.from(overrideSpecial || special.alphabet),
    upper: Array.from(upper.alphabet),
    lower: Array.from(lower.alphabet),
    numeric: Array.from(numeric.alphabet),
  };
}

function pick(alphabet: readonly string[], times: number): string[] {
  return Array.from({ length: times }, () => pickOne(alphabet));
}

/** One of the list, each equally likely. */
export function pickOne(list: readonly string[]): string {
  return list[randomInt(list.length)] ?? "";
}

/** Fisher and Yates: every order is equally likely. */
function shuffle(characters: readonly string[]): string[] {
  const shuffled: string[] = [];
  for (const character of characters) {
    const place = randomInt(shuffled.length + 1);
    shuffled.splice(place, 0, character);
  }
  return shuffled;
}
