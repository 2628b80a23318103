import { Command, InvalidArgumentError, Option } from "commander";
import { execa } from "execa";
import { defaultRange } from "./addresses.ts";
import { CloudServer } from "./cloud/cloud-server.ts";
import { cloudCommand } from "./cloud/command.ts";
import {
  labMachines,
  machineSshArguments,
  refuseMachines,
} from "./cloud/machines.ts";
import type { DiskKind } from "./disk.ts";
import { Lab, type LabOptions } from "./lab.ts";
import { labProblem } from "./requirements.ts";
import {
  renderHosts,
  renderLabs,
  reportError,
  reportProgress,
  write,
} from "./report.ts";

interface GlobalOptions {
  readonly lab?: string;
  readonly range?: string;
}

interface UpOptions {
  readonly count?: number;
  readonly offline?: boolean;
  readonly disk?: DiskKind;
  readonly cpus?: number;
}

const program = new Command("lab")
  .description(
    "Real Debian 12 hosts on this machine, for development and tests. Needs Linux and root.",
  )
  .option("--lab <name>", "which lab (or FLOTILLA_LAB) (default: dev)")
  .option(
    "--range <cidr>",
    `addresses of all labs (or FLOTILLA_LAB_RANGE) (default: ${defaultRange})`,
  )
  .showHelpAfterError();

const disk = new Option(
  "--disk <kind>",
  "where fresh disks lie; memory hides what fsync costs",
)
  .choices(["folder", "memory"])
  .default("folder");
const cpus = new Option(
  "--cpus <number>",
  "processors of hosts made now; nproc there counts these",
).argParser(parseCount);
const offline = new Option(
  "--offline",
  "packages of hosts made now come from the cache alone",
);

program
  .command("up [names...]")
  .description(
    "make and boot hosts, wait until they are ready (default: web-1 db-1, or those there are)",
  )
  .addOption(
    new Option(
      "--count <number>",
      "host-1 to host-N instead of names",
    ).argParser(parseCount),
  )
  .addOption(offline)
  .addOption(disk)
  .addOption(cpus)
  .action(async (names: string[], options: UpOptions) => {
    const { count, ...labOptions } = options;
    const lab = await openOwnLab(labOptions);
    await lab.up(hostNames(names, count), reportProgress);
    write(renderHosts(lab.status()));
  });

program
  .command("down [names...]")
  .description(
    "throw hosts away; their addresses and keys stay (default: all of the lab)",
  )
  .action(async (names: string[]) =>
    (await openOwnLab()).down(names, reportProgress),
  );

program
  .command("reset [names...]")
  .description(
    "boot hosts from fresh disks, same addresses and keys (default: all of the lab)",
  )
  .addOption(offline)
  .addOption(disk)
  .addOption(cpus)
  .action(async (names: string[], options: UpOptions) =>
    (await openOwnLab(options)).reset(names, reportProgress),
  );

program
  .command("power-off <names...>")
  .description(
    "power loss: everything stops at once, rules are gone, the disk stays",
  )
  .action(async (names: string[]) => {
    const lab = await openLab();
    for (const name of names) await lab.powerOff(name);
  });

program
  .command("power-on <names...>")
  .description("boot hosts from their disks")
  .action(async (names: string[]) => {
    const lab = await openLab();
    for (const name of names) await lab.powerOn(name, reportProgress);
  });

program
  .command("status")
  .description("the hosts of the lab")
  .option("--json", "as JSON")
  .action(async ({ json }: { json?: boolean }) => {
    const lab = await openLab();
    const { name, folder, keyFile, knownHostsFile, user } = lab;
    const hosts = lab.status();
    write(
      json
        ? toJson({ name, folder, user, keyFile, knownHostsFile, hosts })
        : renderHosts(hosts),
    );
  });

program
  .command("list")
  .description("all labs")
  .option("--json", "as JSON")
  .action(async ({ json }: { json?: boolean }) => {
    const labs = await Lab.list();
    write(json ? toJson(labs) : renderLabs(labs));
  });

program
  .command("ssh <name> [command...]")
  .description(
    "open a shell on a host, or run a command there: ssh web-1 -- uptime; machines of the cloud go by their name there",
  )
  .action(async (name: string, command: string[]) => {
    const lab = await openLab();
    const { exitCode } = await execa(
      "ssh",
      [...(await sshArguments(lab, name)), ...command],
      { stdio: "inherit", reject: false },
    );
    process.exitCode = exitCode ?? 255;
  });

program.addCommand(
  cloudCommand(async () => {
    const { name } = await openLab();
    return new CloudServer(name);
  }),
);

await program.parseAsync().catch((error: unknown) => {
  reportError(error);
  process.exitCode = 1;
});

async function openLab(options: Omit<UpOptions, "count"> = {}): Promise<Lab> {
  const problem = await labProblem();
  if (problem !== undefined) throw new Error(problem);
  const { lab, range } = program.opts<GlobalOptions>();
  const labOptions: LabOptions = {
    ...options,
    ...(lab && { name: lab }),
    ...(range && { range }),
  };
  return Lab.open(labOptions);
}

/** A lab whose hosts are its own, and not its cloud's. */
async function openOwnLab(
  options: Omit<UpOptions, "count"> = {},
): Promise<Lab> {
  const lab = await openLab(options);
  await refuseMachines(lab);
  return lab;
}

async function sshArguments(lab: Lab, name: string): Promise<string[]> {
  const machines = await labMachines(lab);
  return machines.size > 0
    ? machineSshArguments(lab, name)
    : lab.sshArguments(name);
}

function hostNames(
  names: readonly string[],
  count: number | undefined,
): readonly string[] {
  if (count === undefined) return names;
  if (names.length > 0) throw new Error("give names or --count, not both");
  return Array.from({ length: count }, (_, index) => `host-${index + 1}`);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,2}$/.test(text))
    throw new InvalidArgumentError("must be a number from 1 to 999");
  return Number(text);
}

function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}
