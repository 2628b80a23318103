import { z } from "zod";
import { git } from "./git.ts";
import { domain, name } from "./name.ts";
import { localPath, noControl, port, text } from "./text.ts";

const wholeTree = /^(\/+|~\/?|\.|\.\/)$/;

const directory = text(
  (value) => {
    const fault = localPath.safeParse(value).error?.issues[0];
    if (fault?.code === "custom") {
      return { rule: fault.message, hint: "name the folder of the site" };
    }
    if (!wholeTree.test(value)) return undefined;
    return {
      rule: "would publish a whole file system, home or project",
      hint: "name the folder that holds the site's index.html",
    };
  },
  { ...noControl, not: { pattern: wholeTree.source } },
);

/** A static site, served by the nginx of its host. */
export const site = z.strictObject({
  /** Name of the host; it needs a service of type nginx. Replaces the site. */
  host: name.describe("Name of the host"),
  /** Folder with the site's files, relative to the project. A change deploys a new release. */
  directory: directory.optional().describe("Folder with the files of the site"),
  /** Git repository with the site's files, in the place of a directory. A new commit deploys a new release. */
  git: git.optional().describe("Git repository with the files of the site"),
  /** Port that the site answers on. @default 80 */
  port: port.default(80).describe("Port that the site answers on"),
  /** Names that the site answers to. @default - any name */
  domains: z
    .array(domain)
    .default([])
    .describe("Domains that the site answers to"),
  /** Releases that stay on the host, the current one included (2–20). @default 5 */
  keepReleases: z
    .number()
    .int()
    .min(2, "must be an integer from 2 to 20")
    .max(20, "must be an integer from 2 to 20")
    .default(5)
    .describe("Releases that stay on the host"),
});

export type SiteSettings = z.output<typeof site>;
