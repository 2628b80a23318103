import type { CheckedFleet } from "../../components/config/check.ts";
import { existingHosts } from "../../components/config/host.ts";
import {
  renderProblem,
  type Problem,
} from "../../components/config/problem.ts";
import {
  isNewEnough,
  minimumVersion,
  parseVersion,
} from "../../toolchain/pulumi/cli.ts";
import type { NeededPlugin } from "../install/plugins.ts";
import { info, ok, problem, warning, type Finding } from "./finding.ts";

/** What there is on this machine: its programs, and the stack's files. */
export interface MachineCase {
  /** What `pulumi version` prints. @default - it is not there */
  readonly pulumiVersion: string | undefined;
  readonly plugins: readonly NeededPlugin[];
  readonly checked: CheckedFleet;
  /** Why the stack's secrets cannot be opened. @default - they can */
  readonly valuesFault?: string | undefined;
  /** Why the stack's state cannot be read. @default - it can */
  readonly stateFault?: string | undefined;
  /** Whether the stack is yet to be made. */
  readonly isNew: boolean;
}

/** What there is to say of this machine and of the configuration. */
export function judgeMachine(given: MachineCase): Finding[] {
  const { checked } = given;
  return [
    judgePulumi(given),
    ...judgePlugins(given),
    ...judgeStack(given),
    ...checked.problems.map(toFinding),
    ...judgeKeys(checked),
    ...judgeExisting(checked),
  ];
}

function judgePulumi({ pulumiVersion }: MachineCase): Finding {
  const fix = `install ${minimumVersion} or newer; in a checkout, \`eval "$(npm run -s env)"\` puts one on PATH`;
  if (pulumiVersion === undefined)
    return problem("pulumi", "Pulumi's command line is not on PATH", fix);
  const version = parseVersion(pulumiVersion) ?? "0.0.0";
  return isNewEnough(version)
    ? ok("pulumi", version)
    : problem("pulumi", `${pulumiVersion} is too old`, fix);
}

function judgePlugins({ plugins }: MachineCase): Finding[] {
  const [there, standIns, missing] = [
    plugins.filter((one) => one.isInstalled && !one.isStandIn),
    plugins.filter((one) => one.isStandIn),
    plugins.filter((one) => !one.isInstalled),
  ].map((some) =>
    some.map(({ name, version }) => `${name} ${version}`).join(", "),
  );
  return [
    ...(there ? [ok("plugins", there)] : []),
    ...(standIns
      ? [
          warning(
            "plugins",
            `stand-ins in use: ${standIns}`,
            "they do for the lab; real hosts are made with Pulumi's own, from a machine that reaches get.pulumi.com",
          ),
        ]
      : []),
    ...(missing
      ? [
          info(
            "plugins",
            `${missing}: the first \`pulumi up\` downloads what is missing`,
          ),
        ]
      : []),
  ];
}

function judgeStack({
  valuesFault,
  stateFault,
  isNew,
}: MachineCase): Finding[] {
  if (isNew) return [info("stack", "is yet to be made: pulumi stack init")];
  const secrets =
    valuesFault === undefined
      ? []
      : [
          problem(
            "secrets",
            `the stack's configuration cannot be opened: ${valuesFault}`,
            "let `pulumi config` show it first; until then, secrets are not checked",
          ),
        ];
  const state =
    stateFault === undefined
      ? []
      : [
          warning(
            "state",
            `the stack's state cannot be read: ${stateFault}`,
            "let `pulumi stack` show it first; until then, nobody knows whose machines those at the providers are",
          ),
        ];
  return [...secrets, ...state];
}

function toFinding(one: Problem): Finding {
  const [text = "", fix = ""] = renderProblem(one).split("\n    → ");
  return problem("configuration", text, fix);
}

function judgeKeys({ privateKey, openKey, fleet, settings }: CheckedFleet) {
  const {
    privateKeyFile,
    privateKey: secret,
    breakGlassKeyFile,
  } = settings.ssh;
  const own = privateKeyFile ?? `secret flotilla:${secret?.secret ?? ""}`;
  const found: Finding[] = [];
  if (openKey)
    found.push(
      warning(
        "ssh-key",
        `others can read ${openKey.name} (mode ${openKey.mode})`,
        "`pulumi up` makes its mode 0600; chmod 600 does it now",
      ),
    );
  else if (privateKey !== undefined) found.push(ok("ssh-key", own));
  if (fleet.breakGlassKey !== undefined)
    found.push(ok("break-glass", breakGlassKeyFile ?? "ssh.breakGlassKey"));
  return found;
}

function judgeExisting({ settings }: CheckedFleet): Finding[] {
  const names = existingHosts(settings.hosts).map(([name]) => name);
  return names.length === 0
    ? []
    : [
        info(
          "existing",
          `\`flotilla preflight\` looks at the hosts that are there already: ${names.join(", ")}`,
        ),
      ];
}
