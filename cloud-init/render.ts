import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { breakGlassFile, readFirstBootProgram, sshPortFile } from "./files.ts";
import { validateFirstBoot, type FirstBoot } from "./first-boot.ts";

export { breakGlassFile, sshPortFile, type BootFile } from "./files.ts";
export type { FirstBoot } from "./first-boot.ts";

/** Bytes of user data that each provider takes. */
export const userDataLimits = { hetzner: 32768, digitalocean: 65536 } as const;

/**
 * Renders a first boot as user data for cloud-init: the same text for the same first boot. It holds the host key, so it is
 * a secret. Throws when a value could not be booted with, and when the text is more than any provider takes.
 */
export function renderUserData(boot: FirstBoot): string {
  validateFirstBoot(boot);
  // cloud-init reads YAML 1.1, where some more words need quotes.
  const yaml = stringify(cloudConfig(boot), {
    version: "1.1",
    lineWidth: 0,
    aliasDuplicateObjects: false,
  });
  const userData = `#cloud-config\n${yaml}`;
  const bytes = Buffer.byteLength(userData);
  const limit = Math.min(...Object.values(userDataLimits));
  if (bytes > limit) {
    throw new Error(
      `the user data of ${boot.hostname} has ${bytes} bytes, and a provider takes ${limit}: give it fewer or shorter keys`,
    );
  }
  return userData;
}

/**
 * What tells user data apart from other user data on a host: SHA-256, in hex. Newlines at the end do not count, because
 * not every way to a host keeps them.
 */
export function userDataDigest(userData: string): string {
  return createHash("sha256")
    .update(userData.replace(/\n+$/, ""))
    .digest("hex");
}

function cloudConfig(boot: FirstBoot): object {
  return {
    hostname: boot.hostname,
    preserve_hostname: false,
    // Its own line alone: the provider's `true` would write the whole file anew at each boot.
    manage_etc_hosts: "localhost",
    ssh_pwauth: false,
    chpasswd: { expire: false },
    // Root keeps the operator's keys: without the login, they are the only way in.
    disable_root: false,
    ssh_authorized_keys: boot.authorizedKeys,
    // A key that is given is the only one: with `ssh_keys`, cloud-init generates none.
    ssh_deletekeys: true,
    ssh_keys: {
      ed25519_private: `${boot.hostKey.privateKey.trimEnd()}\n`,
      ed25519_public: boot.hostKey.publicKey.trimEnd(),
    },
    users: [login(boot)],
    runcmd: [firstBootCommand(boot)],
  };
}

/** With a list of its own, no user of the image's is made; cloud-init takes no empty one. */
function login({ user, authorizedKeys }: FirstBoot): object {
  if (user === "root") return { name: user, lock_passwd: true };
  return {
    name: user,
    shell: "/bin/bash",
    lock_passwd: true,
    sudo: "ALL=(ALL) NOPASSWD:ALL",
    ssh_authorized_keys: authorizedKeys,
  };
}

function firstBootCommand(boot: FirstBoot): readonly string[] {
  const { user, breakGlassKey, sshPort } = boot;
  const breakGlass =
    breakGlassKey === undefined
      ? ""
      : breakGlassFile.template.replace("{{key}}", () => breakGlassKey);
  const port = String(sshPort);
  return [
    ...["bash", "-c", readFirstBootProgram(), "flotilla-first-boot"],
    ...[user, breakGlass, port, sshPortFile.path],
    sshPortFile.template.replace("{{port}}", port),
  ];
}
