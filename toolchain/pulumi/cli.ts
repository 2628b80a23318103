import semver from "semver";
import { ToolchainError } from "../toolchain-error.ts";

/** A Pulumi CLI with the language host for Node. */
export interface PulumiCli {
  /** Folder of `pulumi` and `pulumi-language-nodejs`; goes first on PATH. */
  readonly directory: string;
  readonly version: string;
  readonly source: "path" | "cache" | "download" | "go";
}

/** What one way of finding a CLI came to. */
export type Finding = { readonly cli: PulumiCli } | { readonly why: string };

/** One way of finding a CLI; it refuses with a reason, it does not throw. */
export type Finder = () => Promise<Finding>;

/** The oldest CLI whose provider protocol this project is tested with. */
export const minimumVersion = "3.250.0";

/** Parses what `pulumi version` prints. */
export function parseVersion(output: string): string | undefined {
  return semver.coerce(output.trim())?.version;
}

/** Whether a CLI of that version can be used. */
export function isNewEnough(version: string): boolean {
  return semver.gte(version, minimumVersion);
}

/** The CLI of the first way that has one; later ways are not tried. */
export async function findCli(finders: readonly Finder[]): Promise<PulumiCli> {
  const reasons: string[] = [];
  for (const find of finders) {
    const finding = await find();
    if ("cli" in finding) return finding.cli;
    reasons.push(finding.why);
  }
  throw new ToolchainError(missingCliMessage(reasons));
}

function missingCliMessage(reasons: readonly string[]): string {
  return [
    `Pulumi's CLI ${minimumVersion} or newer is needed, and there is no way to get it here:`,
    ...reasons.map((reason) => `  - ${reason}`),
    "Install Pulumi (https://www.pulumi.com/docs/install/) or Go 1.21 or newer (https://go.dev/doc/install), then run this again.",
  ].join("\n");
}
