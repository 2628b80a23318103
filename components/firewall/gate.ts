import * as pulumi from "@pulumi/pulumi";
import type { GateArgs as Check } from "../../manifest/gates.ts";
import type { Host } from "../hosts/host.ts";
import type { DeepInput } from "../input.ts";
import { manifestOptions, type Manifest } from "../manifest.ts";

export interface GateArgs {
  /** The host that looks; for gates from outside, the one that is looked at. Replaces the gate. */
  readonly host: Host;
  /** What must hold, seen from there, by name. Updates in place: looks again. */
  readonly gates: Readonly<Record<string, DeepInput<Check>>>;
  /** Revisions of what is looked at. A change looks again. */
  readonly watch: Readonly<Record<string, pulumi.Input<string>>>;
}

/**
 * A check from one host on another, or from outside: it stops what depends on it, and restores
 * nothing. It looks exactly when something that it watches changed, and at a refresh. A gate with
 * `from: "outside"` is looked through from the machine that the program runs on.
 *
 * @example
 * ```ts
 * new Gate("web-to-cache", {
 *   host: web,
 *   gates: { cache: { kind: "tcp", address: "10.0.0.6", port: 6379 } },
 *   watch: { cache: cache.revision },
 * }, { dependsOn: [cache, firewall] });
 * ```
 */
export class Gate extends pulumi.ComponentResource {
  /** The raw resources. */
  readonly nodes: { readonly manifest: Manifest };

  constructor(
    name: string,
    args: GateArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Gate", name, {}, opts);
    const { host, gates, watch } = args;
    const manifest = host.createManifest(
      name,
      { items: {}, gates, watch },
      manifestOptions(this, opts, [host]),
    );
    this.nodes = { manifest };
    this.registerOutputs({});
  }
}
