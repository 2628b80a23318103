import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { execa } from "execa";
import type { CloudAccess } from "../../../lab/cloud/cloud-server.ts";
import { makeSshKeys } from "../../ssh-keys.ts";

/** What a command did. */
export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Who logs in, and the key that the host must show. */
export interface SshOptions {
  /** @default "ops" */
  readonly as?: string;
  /** @default - the one in `user-data` */
  readonly hostKey?: string;
}

const user = "ops";

/** Somebody at this machine with Debian's `hcloud`, an SSH key, and the host key that new servers are to show. */
export class HcloudUser {
  /** The files that commands name lie here. */
  readonly folder: string;
  readonly #operator = makeSshKeys();
  readonly #identity = makeSshKeys();
  #env: Record<string, string> = {};

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** With `operator.pub`, and with `user-data` for servers that let `ops` in and leave `/root/first-boot`. */
  static async arrive(): Promise<HcloudUser> {
    const folder = await mkdtemp(path.join(tmpdir(), "flotilla-hcloud-"));
    const made = new HcloudUser(folder);
    await made.write("operator", made.#operator.private);
    await made.write("operator.pub", made.#operator.public);
    await made.write("user-data", made.#userData());
    return made;
  }

  async leave(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  /** From now on, commands reach this cloud. */
  connect({ endpoint, tokens }: CloudAccess): void {
    this.#env = {
      HOME: this.folder,
      HCLOUD_ENDPOINT: `${endpoint}/v1`,
      HCLOUD_TOKEN: tokens.hetzner,
    };
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(path.join(this.folder, name), text, { mode: 0o600 });
  }

  async tryHcloud(words: string): Promise<Ran> {
    return this.#run("hcloud", words.split(" "));
  }

  /** What `hcloud` prints; fails when it fails. */
  async hcloud(words: string): Promise<string> {
    return succeeded(`hcloud ${words}`, await this.tryHcloud(words));
  }

  async address(server: string): Promise<string> {
    return this.hcloud(`server ip ${server}`);
  }

  /** Runs a command on a server; only a server that shows `hostKey` is spoken to. */
  async trySsh(
    server: string,
    command: string,
    options: SshOptions = {},
  ): Promise<Ran> {
    return this.sshTo(await this.address(server), command, options);
  }

  /** The same, by address. */
  async sshTo(
    address: string,
    command: string,
    { as = user, hostKey = this.#identity.public }: SshOptions = {},
  ): Promise<Ran> {
    await this.write("known_hosts", `${address} ${hostKey}\n`);
    const options = ["BatchMode=yes", "ConnectTimeout=3"];
    const files = ["UserKnownHostsFile=known_hosts", "IdentityFile=operator"];
    const words = [...options, ...files].flatMap((option) => ["-o", option]);
    return this.#run("ssh", [
      ...["-F", "none", ...words],
      ...[`${as}@${address}`, command],
    ]);
  }

  /** The texts of `operator.pub` and `user-data`. */
  get files(): { readonly publicKey: string; readonly userData: string } {
    return { publicKey: this.#operator.public, userData: this.#userData() };
  }

  /** What a command on a server prints; fails when it fails. */
  async ssh(server: string, command: string, as = user): Promise<string> {
    const ran = await this.trySsh(server, command, { as });
    return succeeded(`${server}: ${command}`, ran);
  }

  async #run(command: string, words: string[]): Promise<Ran> {
    const { exitCode, stdout, stderr } = await execa(command, words, {
      env: this.#env,
      cwd: this.folder,
      reject: false,
      stdin: "ignore",
    });
    return { exitCode: exitCode ?? -1, stdout, stderr };
  }

  #userData(): string {
    const config = {
      ssh_keys: {
        ed25519_private: this.#identity.private,
        ed25519_public: this.#identity.public,
      },
      users: [
        {
          name: user,
          shell: "/bin/bash",
          sudo: "ALL=(ALL) NOPASSWD:ALL",
          ssh_authorized_keys: [this.#operator.public],
        },
      ],
      runcmd: [["sh", "-c", "echo from user data >/root/first-boot"]],
    };
    return `#cloud-config\n${JSON.stringify(config)}\n`;
  }
}

function succeeded(what: string, { exitCode, stdout, stderr }: Ran): string {
  if (exitCode === 0) return stdout.trim();
  throw new Error(`${what}: ${stderr}${stdout}`);
}
