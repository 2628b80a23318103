import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { writeAtomically } from "./files.ts";

/** Texts of an ed25519 key pair as OpenSSH writes them. */
export interface KeyPair {
  readonly privateKey: string;
  /** `ssh-ed25519 BASE64`, without a comment. */
  readonly publicKey: string;
}

/** The key pair in `file` and `file.pub`, made when it is not there. Kept for good: it is an identity. */
export async function ensureKeyPair(
  file: string,
  comment: string,
): Promise<KeyPair> {
  const present = await readKeyPair(file);
  if (present) return present;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const command = ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file];
  await execa("ssh-keygen", command, { input: "y\n" });
  const made = await readKeyPair(file);
  if (!made) throw new Error(`ssh-keygen left no key pair in ${file}`);
  return made;
}

/** Writes which key each address must show. */
export async function writeKnownHosts(
  file: string,
  keys: Readonly<Record<string, string>>,
): Promise<void> {
  const lines = Object.entries(keys).map(
    ([address, key]) => `${address} ${key}\n`,
  );
  await writeAtomically(file, lines.join(""));
}

async function readKeyPair(file: string): Promise<KeyPair | undefined> {
  const [privateKey, publicLine] = await Promise.all(
    [file, `${file}.pub`].map((name) =>
      readFile(name, "utf8").catch(() => undefined),
    ),
  );
  const publicKey = publicLine?.split(" ").slice(0, 2).join(" ").trim();
  return privateKey && publicKey ? { privateKey, publicKey } : undefined;
}
