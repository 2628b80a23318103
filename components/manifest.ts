import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { GateArgs } from "../manifest/gates.ts";
import type { host, HostFacts } from "../manifest/manifest.ts";
import type { Items } from "./items.ts";
import type { DeepInput } from "./input.ts";
import { ensurePluginIsNamed } from "./plugin.ts";

export interface ManifestArgs {
  /** The host and how to reach it. A change of `id` replaces; any other dials nothing by itself. */
  readonly host: DeepInput<z.input<typeof host>>;
  /** What must be so on the host, keyed `<kind>:<name>`. Updates in place. */
  readonly items: Items;
  /** What must hold afterwards; a failing gate takes the whole change back. @default {} */
  readonly gates?: Readonly<Record<string, DeepInput<GateArgs>>> | undefined;
  /** Revisions of what the gates look at elsewhere: a change runs them again. @default {} */
  readonly watch?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /** Deadline of a whole job in seconds (10–7200). @default 1800 */
  readonly deadlineSeconds?: pulumi.Input<number> | undefined;
}

/** The desired state of one concern on one host. Components make these; `import` is unsupported. */
export class Manifest extends pulumi.CustomResource {
  /** Item key → what was seen on the host, in a short form, or `missing`. */
  declare readonly observed: pulumi.Output<Record<string, string>>;
  /** Hash of the inputs; never secret. */
  declare readonly revision: pulumi.Output<string>;
  /** What was read from the host. */
  declare readonly facts: pulumi.Output<HostFacts>;

  constructor(
    name: string,
    args: ManifestArgs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    ensurePluginIsNamed();
    const { host, items, gates, watch, deadlineSeconds } = args;
    const outputs = {
      observed: undefined,
      revision: undefined,
      facts: undefined,
    };
    super(
      manifestType,
      name,
      { host, items, gates, watch, deadlineSeconds, ...outputs },
      opts,
    );
  }
}

/** Type token of `Manifest`. */
export const manifestType = "flotilla:index:Manifest";

/** Options of a component's manifest: it waits for what the component waits for, and for `needs`. */
export function manifestOptions(
  parent: pulumi.ComponentResource,
  opts: pulumi.ComponentResourceOptions | undefined,
  needs: readonly pulumi.Resource[],
): pulumi.CustomResourceOptions {
  return pulumi.mergeOptions(
    { parent, dependsOn: [...needs] },
    { dependsOn: opts?.dependsOn ?? [] },
  );
}

/**
 * Options of a component that makes passwords: it waits for nothing itself, its manifests do. Passwords are known before
 * anything is changed on the host, and a snapshot that comes before that can tell whether they are others.
 */
export function atOnce(
  opts: pulumi.ComponentResourceOptions | undefined,
): pulumi.ComponentResourceOptions {
  return { ...opts, dependsOn: [] };
}
