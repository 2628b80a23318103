import { adjectives, animals } from "unique-names-generator";
import { z } from "zod";
import { pickOne } from "./characters.ts";
import type { Resource } from "../shared/bridged/resource.ts";

const petInputs = z.object({
  length: z.number().int(),
  separator: z.string(),
  prefix: z.string().optional(),
});

const adverbs = (
  "barely boldly briefly brightly calmly carefully cheerfully clearly deeply duly eagerly easily evenly fairly finely firmly " +
  "freely fully gently gladly greatly happily highly humbly jointly keenly kindly largely lightly lively loudly mainly mildly " +
  "neatly nicely openly partly plainly politely poorly promptly proudly purely quickly quietly rarely readily really richly " +
  "safely sharply shortly simply slowly smoothly softly solely steadily strongly surely sweetly swiftly truly warmly widely wisely"
).split(" ");

/** `random.RandomPet`: adverbs, an adjective and an animal, as many words as asked. */
export const pet: Resource = {
  withDefaults: (inputs) => ({ length: 2, separator: "-", ...inputs }),
  generate: (inputs) => {
    const { length, separator, prefix } = petInputs.parse(inputs);
    const lists = Array<string[]>(Math.max(0, length - 2)).fill(adverbs);
    if (length > 1) lists.push(adjectives);
    const words = [...lists, animals].map(pickOne);
    const name = (prefix ? [prefix, ...words] : words).join(separator);
    return { id: name, outputs: {} };
  },
};
