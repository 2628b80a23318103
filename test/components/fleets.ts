import type { UserConfig } from "../../components/config/user.ts";
import type { FleetConfig } from "../../components/index.ts";

/** A user with the defaults of the configuration. */
export const plainUser: UserConfig = {
  sshKeys: [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIoNDSnhQYPNJ30FVZCJvdxQU1wXSHgVlA2HxCoFXmAT bob",
  ],
  sudo: "none",
  groups: [],
  shell: "/bin/bash",
  comment: "",
  keepData: true,
  adopt: false,
};

const sha256 = "ab".repeat(32);

/** The fleet of the development stack: nginx with a site on one host, Redis on the other. */
export function smallFleet(): FleetConfig {
  const host = (address: string) => ({
    address,
    user: "flotilla",
    port: 22,
    hostKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA"],
  });
  const content = {
    source: "site",
    files: { "index.html": sha256 },
    mark: "Welcome",
  };
  const site = {
    host: "web-1",
    port: 80,
    domains: [],
    keepReleases: 5,
    content,
  };
  return {
    hosts: { "web-1": host("10.86.0.11"), "db-1": host("10.86.0.12") },
    services: {
      web: { type: "nginx", host: "web-1", purge: false },
      cache: { type: "redis", host: "db-1", port: 6379, purge: false },
    },
    sites: { welcome: site },
    users: {},
    flows: {
      "public-web": {
        from: ["anywhere"],
        to: "web-1",
        port: 80,
        protocol: "tcp",
      },
      "web-to-cache": {
        from: ["web-1"],
        to: "db-1",
        port: 6379,
        protocol: "tcp",
      },
    },
    firewall: {
      enabled: true,
      confirmSeconds: 60,
      sshFrom: ["anywhere"],
      allowLockout: false,
    },
  };
}
