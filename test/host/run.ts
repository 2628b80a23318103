import { execa } from "execa";
import path from "node:path";
import { Lab } from "../../lab/index.ts";

/**
 * Runs the bats files of this folder inside a fresh lab host, where jobs, units and rules are real.
 * TAP goes to stdout, what happens before it to stderr; the exit code is that of bats.
 * Arguments go to bats, such as `--filter "the lock"`.
 */
const projectRoot = path.resolve(import.meta.dirname, "../..");
const guestFolder = "/opt/flotilla-test";
const hostName = "runtime-1";

/** Programs that some tests look at; everything else is in every Debian. */
const packages = ["nginx-light", "postgresql", "redis-server"];

async function main(bats: readonly string[]): Promise<number> {
  const lab = await Lab.open({ name: process.env.FLOTILLA_LAB || "test" });
  await lab.down(
    lab.status().flatMap(({ name }) => (name === hostName ? [name] : [])),
  );
  await lab.up([hostName], say);
  try {
    await prepare(lab);
    return await runBats(lab, bats);
  } finally {
    await lab.down([hostName], say);
  }
}

function say(line: string): void {
  process.stderr.write(`# ${line}\n`);
}

async function prepare(lab: Lab): Promise<void> {
  say(`installing ${packages.join(", ")}`);
  await runInside(
    lab,
    `apt-get --quiet update && DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes --no-install-recommends install ${packages.join(" ")}`,
  );
  await runInside(lab, `mkdir -p ${guestFolder}`);
  const files = await packFiles();
  await runInside(lab, `tar --extract --directory=${guestFolder}`, files);
}

/** The runtime, what a first boot runs, their tests, and bats itself: it is written in bash. */
async function packFiles(): Promise<Uint8Array> {
  const ours = [
    "-C",
    projectRoot,
    "host",
    "cloud-init",
    "test/host",
    "test/golden",
  ];
  const tests = ["-C", "/", "usr/bin/bats", "usr/lib/bats-core"];
  const { stdout } = await execa(
    "tar",
    ["--create", ...ours, ...tests, "usr/libexec/bats-core"],
    { encoding: "buffer" },
  );
  return stdout;
}

async function runInside(
  lab: Lab,
  script: string,
  input?: Uint8Array,
): Promise<void> {
  const { exitCode, stdout, stderr } = await lab.exec(
    hostName,
    ["bash", "-c", script],
    { timeoutSeconds: 300, ...(input && { input }) },
  );
  if (exitCode !== 0) {
    throw new Error(`in ${hostName}, ${script}:\n${stdout}\n${stderr}`);
  }
}

/** Over SSH and not by `exec`, so that every test is printed when it ends. */
async function runBats(lab: Lab, bats: readonly string[]): Promise<number> {
  const command = [
    `cd ${guestFolder}/test/host`,
    `sudo env FLOTILLA_HOST_SCRIPTS=${guestFolder}/host ${guestFolder}/usr/bin/bats --tap ${bats.map(quote).join(" ")} .`,
  ].join(" && ");
  const { exitCode } = await execa(
    "ssh",
    [...lab.sshArguments(hostName), command],
    { stdin: "ignore", stdout: "inherit", stderr: "inherit", reject: false },
  );
  return exitCode ?? 1;
}

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

process.exitCode = await main(process.argv.slice(2));
