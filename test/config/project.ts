import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  checkFleet,
  type CheckedFleet,
} from "../../components/config/check.ts";
import { renderProblem } from "../../components/config/problem.ts";
import type { Secrets } from "../../components/config/secret.ts";

/** A public host key. */
export const hostKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHx9cVtPvh8bYJVGsVXvKJwKZ8sH2mU5cQ7rB3nq0y1d";

/** A public key of somebody's. */
export const userKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIoNDSnhQYPNJ30FVZCJvdxQU1wXSHgVlA2HxCoFXmAT bob";

/** A password that Redis takes. */
export const password = "correct-horse-battery-staple";

/** A project's folder with a key, known hosts and a site. */
export class Project {
  readonly directory = mkdtempSync(join(tmpdir(), "flotilla-config-"));

  constructor() {
    this.makeKey("id", ["-t", "ed25519"]);
    this.makeKey("break-glass", ["-t", "ed25519"]);
    this.write("known_hosts", `10.0.0.1 ${hostKey}\n10.0.0.2 ${hostKey}\n`);
    this.write("site/index.html", "<title>Welcome</title>\n");
    this.makeBadKeys();
    this.makeBadSites();
  }

  /** Writes a file, with the folders above it. */
  write(path: string, content: string | Buffer): void {
    const file = join(this.directory, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content, { mode: 0o600 });
  }

  /** The secrets of the project's stack: some of use, some not. */
  readonly secrets: Secrets = (name) => {
    if (name === "in-clear") return { value: password, isSecret: false };
    const values: Partial<Record<string, string>> = {
      sshKey: this.read("id"),
      "locked-key": this.read("id_locked"),
      "status-key": this.read("id"),
      "cache-password": password,
      "git-token": "t0ken",
      "handbook-token": "t0ken",
      "short-password": "hunter2",
      "quoted-password": `${password}"`,
    };
    const value = values[name];
    return value === undefined ? undefined : { value, isSecret: true };
  };

  read(path: string): string {
    return readFileSync(join(this.directory, path), "utf8");
  }

  private makeBadKeys(): void {
    this.makeKey("id_locked", ["-t", "ed25519"], "passphrase");
    this.makeKey("id_locked_pem", ["-t", "rsa", "-m", "PEM"], "passphrase");
    this.makeKey("id_rsa_1024", ["-t", "rsa", "-b", "1024"]);
    this.makeKey("id_rsa_1024_pem", ["-t", "rsa", "-b", "1024", "-m", "PEM"]);
    this.makeKey("id_open", ["-t", "ed25519"]);
    this.chmod("id_open", 0o644);
    const { privateKey } = generateKeyPairSync("dsa", {
      modulusLength: 1024,
      divisorLength: 160,
    });
    this.write("id_dsa", privateKey.export({ type: "pkcs8", format: "pem" }));
    const pem = this.read("id");
    this.makeKey("id_rsa_pem", ["-t", "rsa", "-b", "2048", "-m", "PEM"]);
    this.makeKey("id_ecdsa_pem", ["-t", "ecdsa", "-m", "PEM"]);
    this.write("id_crlf", pem.replaceAll("\n", "\r\n"));
    this.write("id_cut", pem.slice(0, 120));
    this.write("id.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\n");
    this.makeBadPublicKeys();
  }

  private makeBadPublicKeys(): void {
    const line = this.read("break-glass.pub");
    this.write("two.pub", `${line}${line}`);
    this.write("options.pub", `from="10.0.0.0/8",no-pty ${line}`);
    this.write("other-form.pub", "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n");
    const base64 = "A".repeat(80);
    this.write(
      "certificate.pub",
      `ssh-ed25519-cert-v01@openssh.com ${base64} me\n`,
    );
    this.write("cut.pub", line.slice(0, 70));
    this.write("empty.pub", "");
  }

  private makeBadSites(): void {
    const page = "<title>Page</title>\n";
    this.write("empty/note.txt", "");
    this.write("link-out/index.html", page);
    this.link("link-out/key", "../id");
    this.write("link-lost/index.html", page);
    this.link("link-lost/gone", "nothing-here");
    this.write("link-folder/index.html", page);
    this.write("link-folder/real/a.txt", "");
    this.link("link-folder/other", "real");
    this.write("odd-name/index.html", page);
    this.write("odd-name/a\tb", "");
    this.write("fifo/index.html", page);
    execFileSync("mkfifo", [join(this.directory, "fifo/pipe")]);
  }

  link(path: string, target: string): void {
    symlinkSync(target, join(this.directory, path));
  }

  /** Makes an SSH key as a user would. */
  makeKey(name: string, options: readonly string[], passphrase = ""): void {
    const file = join(this.directory, name);
    execFileSync("ssh-keygen", [
      "-q",
      "-N",
      passphrase,
      "-f",
      file,
      ...options,
    ]);
  }

  chmod(path: string, mode: number): void {
    chmodSync(join(this.directory, path), mode);
  }

  check(
    input: unknown,
    environment: Record<string, string> = {},
    secrets: Secrets = this.secrets,
  ): CheckedFleet {
    const { directory } = this;
    const interfaces = {
      eth0: [
        {
          address: "10.0.0.100",
          netmask: "255.255.255.0",
          family: "IPv4",
          mac: "00:00:00:00:00:00",
          internal: false,
          cidr: "10.0.0.100/24",
        } as const,
      ],
    };
    return checkFleet(input, { directory, environment, interfaces, secrets });
  }

  /** The problems of a configuration, as users read them. */
  problems(
    input: unknown,
    environment?: Record<string, string>,
    secrets?: Secrets,
  ): string[] {
    const { problems } = this.check(input, environment, secrets);
    return problems.map((problem) =>
      renderProblem(problem).replaceAll(this.directory, "PROJECT"),
    );
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}

/** The configuration of a fleet that uses every key. */
export function goodFleet(): Record<string, Record<string, unknown>> {
  return {
    ssh: {
      privateKeyFile: "id",
      knownHostsFile: "known_hosts",
      user: "admin",
      connectTimeoutSeconds: 10,
      breakGlassKeyFile: "break-glass.pub",
    },
    hosts: {
      "web-1": { address: "10.0.0.1", packages: ["htop", "curl=7.88.1-10"] },
      "db-1": { address: "10.0.0.2", port: 2222, hostKey },
    },
    services: {
      web: { type: "nginx", host: "web-1", config: "gzip on;" },
      cache: { type: "redis", host: "db-1", maxMemoryMib: 64 },
    },
    sites: { welcome: { host: "web-1", directory: "site" } },
    users: {
      bob: { sshKeys: [userKey], sudo: "webops", groups: ["adm"] },
      carl: { hosts: ["web-1"], sshKeys: [userKey], uid: 1700 },
    },
    flows: {
      "public-web": { from: "anywhere", to: "web-1", port: 80 },
      "web-to-cache": { from: "web-1", to: "db-1", port: 6379 },
    },
    firewall: { confirmSeconds: 30, sshFrom: ["10.0.0.0/24"] },
    hardening: {
      sshd: { maxAuthTries: 3 },
      sysctl: { set: { "kernel.sysrq": "176" } },
      loginDefs: { umask: "027" },
      modules: { block: ["dccp"] },
      unattendedUpgrades: { rebootAt: "04:30" },
      fail2ban: { banSeconds: 600, ignore: ["10.0.0.0/24", "2a01:4f8::1"] },
    },
  };
}

/** The good configuration with one value set, or taken away by `undefined`. */
export function fleetWith(
  path: readonly string[],
  value: unknown,
): Record<string, unknown> {
  const fleet: Record<string, unknown> = structuredClone(goodFleet());
  let place = fleet;
  for (const key of path.slice(0, -1)) {
    place[key] ??= {};
    place = place[key] as Record<string, unknown>;
  }
  place[path.at(-1) ?? ""] = value;
  // As configuration arrives: JSON, where nothing is undefined.
  return JSON.parse(JSON.stringify(fleet)) as Record<string, unknown>;
}
