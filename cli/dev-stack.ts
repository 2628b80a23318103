import { readFile } from "node:fs/promises";
import path from "node:path";
import { parse } from "yaml";
import { z } from "zod";

/** Name of the stack that the quickstart makes, and of the lab whose cloud has its hosts. */
export const devStack = "dev";

/** The repository of the development stack's site, as the lab serves it; it begins with the folder `site`. */
export const devRepository = { name: "welcome", from: "site", port: 3144 };

const stackFile = z.looseObject({
  config: z.looseObject({
    "flotilla:fleet": z.looseObject({
      hosts: z.record(z.string(), z.unknown()),
    }),
  }),
});

/** The hosts that the development stack declares: the program makes them. */
export async function readDevHosts(
  checkout: string,
): Promise<readonly string[]> {
  const file = path.join(checkout, `Pulumi.${devStack}.yaml`);
  const { config } = stackFile.parse(parse(await readFile(file, "utf8")));
  return Object.keys(config["flotilla:fleet"].hosts);
}
