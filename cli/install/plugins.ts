import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { standInMarker } from "../../toolchain/stand-in-marker.ts";
import own from "../../package.json" with { type: "json" };

/** A plugin of Pulumi's own that components of ours need. */
export interface NeededPlugin {
  readonly name: string;
  readonly version: string;
  /** What needs it, in words. */
  readonly usedBy: string;
  /** Whether Pulumi has it already on this machine. */
  readonly isInstalled: boolean;
  /** Whether what Pulumi has is this project's own stand-in, for machines that cannot download Pulumi's. */
  readonly isStandIn: boolean;
}

/** Why each of Pulumi's packages is a dependency. */
const uses: Readonly<Record<string, string>> = {
  "@pulumi/command": "A hook",
  "@pulumi/digitalocean": "A host that is made at DigitalOcean",
  "@pulumi/hcloud": "A host that is made at Hetzner",
  "@pulumi/random": "A generated password",
  "@pulumi/tls": "A generated SSH key",
};

/** The plugins of the packages that Flotilla depends on. */
export function neededPlugins(
  environment: NodeJS.ProcessEnv = process.env,
): NeededPlugin[] {
  const home = environment["PULUMI_HOME"] ?? path.join(homedir(), ".pulumi");
  return Object.entries(own.dependencies)
    .filter(([name]) => name.startsWith("@pulumi/"))
    .map(([dependency, version]) => {
      const name = dependency.replace("@pulumi/", "");
      const folder = path.join(home, "plugins", `resource-${name}-v${version}`);
      return {
        name,
        version,
        usedBy: uses[dependency] ?? dependency,
        isInstalled: existsSync(folder),
        isStandIn: existsSync(path.join(folder, standInMarker)),
      };
    });
}
