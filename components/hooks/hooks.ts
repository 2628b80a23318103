import * as pulumi from "@pulumi/pulumi";
import { planHooks } from "./hooks-plan.ts";
import { Hook, type HookArgs } from "./hook.ts";

/** One of several hooks at a point. */
export type PointHookArgs = Omit<HookArgs, "on" | "watch" | "privateKey"> & {
  /** Where it runs, when not where the others do. @default - `on` of the point */
  readonly on?: HookArgs["on"] | undefined;
  /** Its turn: lower ones first, equal ones side by side (-1000–1000). @default 50 */
  readonly priority?: number | undefined;
};

export interface HooksArgs extends Pick<
  HookArgs,
  "on" | "watch" | "privateKey"
> {
  /** The hooks of this point, by name. One that is added runs; one that is removed runs its `onDelete`. */
  readonly hooks: Readonly<Record<string, PointHookArgs>>;
}

/**
 * The hooks of one point of the update, such as "before the shop is deployed", in the order of their priorities. When one
 * fails, those of a later priority do not run, and nothing that depends on the point is touched.
 *
 * @example
 * ```ts
 * const checks = new Hooks("shop-health", {
 *   on: host,
 *   watch: { release: shop.revision },
 *   hooks: {
 *     ready: { priority: 10, retries: 5, timeoutSeconds: 10, run: "curl -fsS http://127.0.0.1:8000/ready" },
 *     announce: { priority: 90, on: "workstation", run: "./announce.sh", environment: { TOKEN: token } },
 *   },
 * }, { dependsOn: [shop] });
 * ```
 */
export class Hooks extends pulumi.ComponentResource {
  /** The hooks by name. */
  readonly hooks: Readonly<Record<string, Hook>>;

  constructor(
    name: string,
    args: HooksArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Hooks", name, {}, opts);
    const made: Record<string, Hook> = {};
    for (const { name: own, after } of this.plan(args)) {
      const { on, ...rest } = args.hooks[own] ?? { run: "" };
      const { watch, privateKey } = args;
      const dependsOn = after.flatMap((other) => made[other] ?? []);
      made[own] = new Hook(
        `${name}-${own}`,
        { watch, privateKey, ...rest, on: on ?? args.on },
        pulumi.mergeOptions(
          { parent: this, dependsOn },
          { dependsOn: opts?.dependsOn ?? [] },
        ),
      );
    }
    this.hooks = made;
    this.registerOutputs({});
  }

  private plan({ hooks }: HooksArgs) {
    const planned = planHooks(hooks);
    if (Array.isArray(planned)) return planned;
    throw new pulumi.ResourceError(planned.mistake, this, true);
  }
}
