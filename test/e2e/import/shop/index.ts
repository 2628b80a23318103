import * as pulumi from "@pulumi/pulumi";
import { Firewall, Host, Postgres, Provider } from "flotilla";

const config = new pulumi.Config();
const provider = new Provider("fleet", {
  privateKey: config.requireSecret("privateKey"),
});
const host = new Host(
  "web-1",
  {
    address: config.require("address"),
    user: config.require("user"), // with passwordless sudo, or root
    hostKeys: [config.require("hostKey")], // ssh-ed25519 AAAA…
  },
  { provider },
);
const db = new Postgres("db", {
  host, // its memory decides PostgreSQL's
  roles: { shop: {} },
  databases: { shop: { owner: "shop" } },
});
new Firewall(
  "wall",
  { host, rules: { web: { port: 80 } } },
  { dependsOn: [db] },
);

export const os = host.facts.os;
export const password = db.login("shop").password;
