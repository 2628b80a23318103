import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import type { HostFacts } from "../manifest/manifest.ts";
import type {
  DeclaredSizes,
  preflightHost,
  requirements,
} from "../manifest/preflight.ts";
import type { DeepInput } from "./input.ts";

export interface PreflightArgs {
  /** The hosts, by name, with what will be on them. A host whose entry is new or another one is looked at. */
  readonly hosts: Readonly<
    Record<string, DeepInput<z.input<typeof preflightHost>>>
  >;
  /** What every host must have. A change looks at all of them. */
  readonly requirements?: DeepInput<z.input<typeof requirements>> | undefined;
}

/** What was found on a host, beside what was declared. */
export interface PreflightHostResult {
  readonly detected: HostFacts;
  readonly declared: DeclaredSizes;
  /** Where the two differ, in words. */
  readonly differences: readonly string[];
}

/**
 * Looks at new and changed hosts, all at the same time, and changes nothing on them. All problems of all
 * of them are one error. Let every `Host` depend on it: then nothing is changed anywhere before.
 *
 * @example
 * ```ts
 * const connection = { address: "10.0.0.5", user: "admin", hostKeys: ["ssh-ed25519 AAAA…"] };
 * const preflight = new Preflight("preflight", {
 *   hosts: { "web-1": { host: { id: "web-1", name: "web-1", connection }, ports: { "tcp/80": { by: "web" } } } },
 *   requirements: { minDiskGb: 40 },
 * }, { provider });
 * const host = new Host("web-1", connection, { provider, dependsOn: preflight });
 * ```
 */
export class Preflight extends pulumi.CustomResource {
  /** What was found, by host. */
  declare readonly results: pulumi.Output<Record<string, PreflightHostResult>>;

  constructor(
    name: string,
    { hosts, requirements }: PreflightArgs,
    opts?: pulumi.CustomResourceOptions,
  ) {
    const inputs = { hosts, requirements, results: undefined };
    super("flotilla:index:Preflight", name, inputs, opts);
  }
}
