import { stringify } from "yaml";
import type { Seed } from "../seed.ts";
import type { FirstBoot } from "./hosts.ts";

/**
 * A NoCloud seed for a droplet or server: what was posted, untouched, beside what both providers tell
 * cloud-init of their own accord: the keys let root in, and no user is made.
 */
export function renderCloudSeed(
  boot: FirstBoot & { readonly instanceId: string },
): Seed {
  const metaData = {
    "instance-id": boot.instanceId,
    "local-hostname": boot.hostname,
    "public-keys": boot.authorizedKeys,
  };
  const vendorData = {
    disable_root: false,
    ssh_pwauth: boot.rootPassword !== undefined,
    users: [],
    ...(boot.rootPassword !== undefined && {
      chpasswd: { expire: false, list: `root:${boot.rootPassword}\n` },
    }),
  };
  return {
    userData: boot.userData,
    metaData: stringify(metaData, { lineWidth: 0 }),
    vendorData: `#cloud-config\n${stringify(vendorData, { lineWidth: 0 })}`,
  };
}
