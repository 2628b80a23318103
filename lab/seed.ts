import { stringify } from "yaml";

/** What cloud-init is told about a host at its first boot. */
export interface SeedInput {
  readonly name: string;
  /** New for each fresh disk, as a cloud's instance id is. */
  readonly instanceId: string;
  readonly user: string;
  readonly authorizedKey: string;
  readonly hostKey: { readonly privateKey: string; readonly publicKey: string };
}

/** A NoCloud seed: the files that cloud-init reads. */
export interface Seed {
  readonly userData: string;
  readonly metaData: string;
  /** What the provider wants of each host; user data goes before it. */
  readonly vendorData?: string;
}

/** Renders the seed of a host: one user with the lab's key and sudo, the pinned host key, no passwords. */
export function renderSeed(input: SeedInput): Seed {
  const userData = {
    preserve_hostname: false,
    disable_root: true,
    ssh_pwauth: false,
    ssh_deletekeys: true,
    ssh_keys: {
      ed25519_private: input.hostKey.privateKey,
      ed25519_public: input.hostKey.publicKey,
    },
    users: [
      {
        name: input.user,
        shell: "/bin/bash",
        groups: ["sudo"],
        sudo: "ALL=(ALL) NOPASSWD:ALL",
        lock_passwd: true,
        ssh_authorized_keys: [input.authorizedKey],
      },
    ],
  };
  const metaData = {
    "instance-id": input.instanceId,
    "local-hostname": input.name,
  };
  return {
    userData: `#cloud-config\n${render(userData)}`,
    metaData: render(metaData),
  };
}

function render(data: object): string {
  return stringify(data, { lineWidth: 0 });
}
