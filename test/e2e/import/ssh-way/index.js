// One host, entered as a file says, and manifests on it, one after the other.
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Manifest, Provider } from "flotilla";

const given = JSON.parse(
  readFileSync(new URL("given.json", import.meta.url), "utf8"),
);

const provider = new Provider("lab", given.provider);
const host = { id: "web-1", name: "web-1", connection: given.connection };

/** What a private key is in is secret. */
function items(plain) {
  const entries = Object.entries(plain).map(([key, item]) => [
    key,
    "privateKey" in item
      ? { ...item, privateKey: pulumi.secret(item.privateKey) }
      : item,
  ]);
  return Object.fromEntries(entries);
}

let before = [];
for (const [name, plain] of Object.entries(given.manifests)) {
  const args = { host, items: items(plain) };
  before = [new Manifest(name, args, { provider, dependsOn: before })];
}
