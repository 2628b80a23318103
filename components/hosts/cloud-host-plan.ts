import type { Input } from "@pulumi/pulumi";
import { sshPortFile } from "../../cloud-init/render.ts";
import type { GateArgs } from "../../manifest/gates.ts";
import { authorizedKeysItem, userItems } from "../access/user-plan.ts";
import { item, type Items } from "../items.ts";
import type { DeepInput } from "../input.ts";

/** What decides how a machine is entered. */
export interface EntranceSettings {
  readonly user: string;
  readonly port: number;
  /** The key that the program logs in with. */
  readonly publicKey: Input<string>;
  /** The private half of the key that the machine shows from the first contact on; secret. */
  readonly hostKey: Input<string>;
  /** SHA-256 of the declared user data. */
  readonly userData: Input<string>;
  readonly hostname: string;
}

/**
 * What cloud-init did at first boot, as items: found as it is, nothing is changed; a later edit is made on the running
 * machine. The host key alone is another one than the machine booted with.
 */
export function entranceItems(settings: EntranceSettings): Items {
  const { user, port, publicKey, hostKey } = settings;
  return {
    ...item("host-key", "ed25519", { privateKey: hostKey }),
    ...item("sshd", sshPortFile.path, {
      template: sshPortFile.template,
      values: { port },
    }),
    // Root lets the program in too: where the login cannot be made, it is the only way.
    ...authorizedKeysItem("/root/.ssh", [publicKey], { adopt: true }),
    ...(user === "root" ? {} : login(user, publicKey)),
  };
}

/** cloud-init's own word on the first boot, and what it should have made. */
export function firstBootGates(
  settings: EntranceSettings,
): Readonly<Record<string, DeepInput<GateArgs>>> {
  const { user, hostname, userData } = settings;
  return {
    "first-boot": { kind: "cloud-init", userData, users: [user], hostname },
  };
}

function login(account: string, publicKey: Input<string>): Items {
  return userItems({
    account,
    sshKeys: [publicKey],
    sudo: "all",
    groups: [],
    shell: "/bin/bash",
    home: `/home/${account}`,
    system: false,
    comment: "",
    keepData: true,
    adopt: true,
  });
}
