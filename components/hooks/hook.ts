import { local, remote } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import type { Host } from "../hosts/host.ts";
import { manifestType } from "../manifest.ts";
import { shown } from "../output.ts";
import { Provider, stackName } from "../provider.ts";
import {
  hookCommand,
  hookId,
  mistakeInHook,
  renderHookInput,
  type HookSettings,
} from "./hook-plan.ts";
import { readHookProgram } from "./hook-program.ts";

export interface HookArgs {
  /** The host to run on, or "workstation": the machine that runs Pulumi. */
  readonly on: Host | "workstation";
  /** The script, for `bash -Eeuo pipefail`. A change alone does not run it. */
  readonly run: pulumi.Input<string>;
  /** Revisions of what the hook follows, by name. It runs when it is new, and when one of these changed. @default {} - runs once */
  readonly watch?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /** Variables. Those that are secret are hidden in what the hook says. A change alone does not run it. @default {} */
  readonly environment?:
    Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /** What the script reads from its standard input; hidden like a variable where it is secret. @default - nothing */
  readonly stdin?: pulumi.Input<string> | undefined;
  /** More values to hide in what the hook says, such as a part of a variable. @default [] */
  readonly mask?: readonly pulumi.Input<string>[] | undefined;
  /** Tries after the first one that failed (0–10). @default 0 */
  readonly retries?: number | undefined;
  /** Seconds before the second try, doubled before each further one, at most 60 (1–60). @default 2 */
  readonly backoffSeconds?: number | undefined;
  /** Seconds that one try may take (1–7200); then all that it has started is ended. @default 300 */
  readonly timeoutSeconds?: number | undefined;
  /** How much of the end of the output is kept, in KiB (1–1024). @default 64 */
  readonly outputKib?: number | undefined;
  /** User to run as, on a host. @default "root" */
  readonly user?: string | undefined;
  /** Directory to run in. @default - the user's home; on the workstation the project's folder */
  readonly directory?: string | undefined;
  /** A script for when the hook is removed from the program or destroyed, with the same variables. @default - nothing */
  readonly onDelete?: pulumi.Input<string> | undefined;
  /** Keeps the whole output as a secret. @default false */
  readonly secretOutput?: boolean | undefined;
  /** The SSH private key. @default - the one of the host's `Provider` */
  readonly privateKey?: pulumi.Input<string> | undefined;
}

/**
 * A command of yours at a point of the update: after what it depends on, before what depends on it. It runs when it is
 * new or something that it watches has changed, and never else; when it fails, its dependants are not touched.
 *
 * @example
 * ```ts
 * const migrate = new Hook("migrate", {
 *   on: host,
 *   run: "cd /srv/shop && ./manage.py migrate --no-input",
 *   user: "shop",
 *   environment: { DATABASE_URL: url },
 *   watch: { release: shop.revision },
 *   timeoutSeconds: 600,
 * }, { dependsOn: [database] });
 * ```
 */
export class Hook extends pulumi.ComponentResource {
  /** The end of what it said, both streams, secrets hidden. */
  readonly output: pulumi.Output<string>;
  /** The raw resources. */
  readonly nodes: {
    readonly command: local.Command | remote.Command;
    readonly onDelete?: local.Command | remote.Command;
  };

  constructor(
    name: string,
    args: HookArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("flotilla:index:Hook", name, {}, opts);
    const settings = settingsOf(name, args);
    this.refuseMistakes(settings, args);
    const command = this.createCommand(name, args, opts, {
      create: this.commandOf(args),
      // Where Pulumi finds a difference after all, such as after an update of its plugin: nothing is run.
      update: "cat >/dev/null",
      stdin: this.inputOf(settings, args, args.run),
      triggers: [{ ...machineOf(args), ...args.watch }],
    });
    const { onDelete } = args;
    this.output = command.stdout;
    this.nodes = {
      command,
      ...(onDelete === undefined
        ? {}
        : {
            onDelete: this.createCommand(`${name}-on-delete`, args, opts, {
              delete: this.commandOf(args),
              stdin: this.inputOf(settings, args, onDelete),
            }),
          }),
    };
    this.registerOutputs({ output: shown(this.output) });
  }

  private createCommand(
    name: string,
    args: HookArgs,
    opts: pulumi.ComponentResourceOptions | undefined,
    inputs: CommandInputs,
  ): local.Command | remote.Command {
    const common = {
      ...inputs,
      addPreviousOutputInEnv: false,
      // Lines longer than 64 KiB stop Pulumi's plugin for ever where it logs; what a hook says is in its output.
      logging: "none",
    } as const;
    const options = pulumi.mergeOptions(
      {
        parent: this,
        additionalSecretOutputs: args.secretOutput ? ["stdout"] : [],
        // A new key, address, value or text is not a reason to run; the next run takes them all.
        ignoreChanges: "create" in inputs ? notReasons : [],
      },
      { dependsOn: opts?.dependsOn ?? [] },
    );
    const { on } = args;
    if (on === "workstation") return new local.Command(name, common, options);
    const connection = this.connectionOf(on, args);
    return new remote.Command(name, { ...common, connection }, options);
  }

  private commandOf({ on }: HookArgs): pulumi.Input<string> {
    if (on === "workstation") return hookCommand("workstation", "");
    return on.user.apply((user) => hookCommand("host", user));
  }

  /** Secret as a whole: which of its values are is decided where they come from. */
  private inputOf(
    settings: HookSettings,
    { on, environment = {}, stdin = "", mask = [] }: HookArgs,
    script: pulumi.Input<string>,
  ): pulumi.Output<string> {
    const program = readHookProgram(
      on === "workstation" ? "workstation" : "host",
    );
    const values = [...Object.values(environment), stdin];
    const input = pulumi
      .all([
        script,
        stdin,
        environment,
        secretsAmong(values),
        pulumi.all([...mask]),
      ])
      .apply(([script, stdin, environment, secrets, more]) =>
        renderHookInput(program, settings, {
          script,
          stdin,
          environment,
          secrets: [...secrets, ...more],
        }),
      );
    return pulumi.secret(input);
  }

  private connectionOf(host: Host, args: HookArgs): Connection {
    const provider =
      this.getProvider(manifestType) ?? host.getProvider(manifestType);
    const own = provider instanceof Provider ? provider.privateKey : undefined;
    const privateKey = args.privateKey ?? own;
    if (privateKey === undefined) {
      throw new pulumi.ResourceError(
        "privateKey: nothing tells the SSH private key; give the host a Provider of Flotilla's, or name the key",
        this,
        true,
      );
    }
    return {
      host: host.address,
      port: host.sshPort,
      user: host.user,
      hostKey: host.hostKeys.apply(preferredHostKey),
      privateKey,
    };
  }

  private refuseMistakes(settings: HookSettings, args: HookArgs): void {
    const variables = Object.keys(args.environment ?? {});
    const mistake =
      args.on === "workstation" && args.user !== undefined
        ? "user: on the workstation a hook runs as who runs Pulumi; leave it out"
        : mistakeInHook({ settings, variables });
    if (mistake) throw new pulumi.ResourceError(mistake, this, true);
  }
}

const notReasons = ["connection", "create", "logging", "stdin", "update"];

type Connection = remote.CommandArgs["connection"];

type CommandInputs = Pick<
  local.CommandArgs,
  "create" | "update" | "delete" | "stdin" | "triggers"
>;

function settingsOf(name: string, args: HookArgs): HookSettings {
  return {
    name,
    where: args.on === "workstation" ? "the workstation" : args.on.hostName,
    id: hookId(stackName(), name),
    user: args.user ?? "root",
    directory: args.directory ?? "~",
    retries: args.retries ?? 0,
    backoffSeconds: args.backoffSeconds ?? 2,
    timeoutSeconds: args.timeoutSeconds ?? 300,
    outputKib: args.outputKib ?? 64,
  };
}

/** Another machine under the same name is a reason to run. */
function machineOf({ on }: HookArgs): Record<string, pulumi.Input<string>> {
  return on === "workstation" ? {} : { host: on.hostId };
}

function secretsAmong(
  values: readonly pulumi.Input<string>[],
): pulumi.Output<string[]> {
  const marked = values.map((value) => {
    const output = pulumi.output(value);
    return pulumi.all([output, pulumi.isSecret(output)]);
  });
  return pulumi
    .all(marked)
    .apply((all) =>
      all.filter(([, isSecret]) => isSecret).map(([value]) => value),
    );
}

/** Pulumi's plugin takes one key, and then speaks with a server that shows it alone. */
function preferredHostKey(keys: readonly string[]): string {
  const modern = keys.find((key) => key.startsWith("ssh-ed25519 "));
  return modern ?? keys[0] ?? "";
}
