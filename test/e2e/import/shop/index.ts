import * as pulumi from "@pulumi/pulumi";
import { Firewall, Host, Provider, Redis } from "flotilla";

const config = new pulumi.Config();
const provider = new Provider("fleet", {
  privateKey: config.requireSecret("privateKey"),
  lockWaitSeconds: 60,
});
const host = new Host(
  "web-1",
  {
    address: config.require("address"),
    user: config.require("user"),
    hostKeys: [config.require("hostKey")],
  },
  { provider },
);
const cache = new Redis("cache", { host });
new Firewall(
  "wall",
  { host, rules: { web: { port: 80 } }, confirmSeconds: 15 },
  { dependsOn: [cache] },
);

export const os = host.facts.os;
export const password = cache.password;
