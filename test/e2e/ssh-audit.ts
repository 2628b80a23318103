import { access, rename, rm } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { cacheDirectory } from "../../toolchain/cache.ts";

/** The version whose policies are meant: a newer one may ask for more. */
const version = "3.9.0";

/** What ssh-audit found of a server under one of its own policies. */
export interface SshAudit {
  /** 0: everything as the policy wants it. */
  readonly code: number;
  readonly output: string;
}

/** Looks at the sshd of an address as ssh-audit's policy of this name wants it. */
export async function auditSsh(
  address: string,
  policy: string,
): Promise<SshAudit> {
  const program = await ensureSshAudit();
  const words = ["--no-colors", "--timeout=10", "--policy", policy, address];
  const { exitCode, all } = await execa(program, words, {
    all: true,
    reject: false,
    stdin: "ignore",
    timeout: 60_000,
  });
  return { code: exitCode ?? -1, output: all };
}

/** From PyPI by pip's own configuration, into the cache, once. */
async function ensureSshAudit(): Promise<string> {
  const folder = path.join(cacheDirectory(), "python", `ssh-audit-${version}`);
  const program = path.join(folder, "bin", "ssh-audit");
  if (await exists(program)) return program;
  const making = `${folder}.${process.pid}`;
  await execa("python3", ["-m", "venv", making]);
  const pip = ["-m", "pip", "install", "--quiet", `ssh-audit==${version}`];
  await execa(path.join(making, "bin", "python"), pip);
  await rm(folder, { recursive: true, force: true });
  await rename(making, folder);
  // A script of a venv names its folder: it is made anew where it now lies.
  await execa("python3", ["-m", "venv", "--upgrade", folder]);
  const again = [...pip, "--force-reinstall", "--no-deps"];
  await execa(path.join(folder, "bin", "python"), again);
  return program;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
