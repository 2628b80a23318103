// A program of somebody who imports Flotilla: one host, and hooks as a file describes them.
import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { Hook, Hooks, Host, Provider, SshIdentity } from "flotilla";

const given = JSON.parse(
  readFileSync(new URL("hooks.json", import.meta.url), "utf8"),
);

const identity = new SshIdentity("identity", { rotation: given.rotation });
const provider = new Provider("lab", {
  privateKey: given.usesIdentity ? identity.privateKey : given.privateKey,
});
const host = new Host("web-1", given.host, { provider });

/** `{ "secret": text }` stands for a secret value. */
function input(value) {
  return typeof value === "object" ? pulumi.secret(value.secret) : value;
}

function argsOf({ on, environment = {}, after, ...rest }) {
  const values = Object.entries(environment).map(([k, v]) => [k, input(v)]);
  return {
    ...rest,
    ...(on === undefined ? {} : { on: on === "workstation" ? on : host }),
    environment: Object.fromEntries(values),
  };
}

const made = {};
for (const [name, hook] of Object.entries(given.hooks)) {
  const dependsOn = (hook.after ?? []).map((other) => made[other]);
  made[name] = new Hook(name, argsOf(hook), { dependsOn });
}

const hooks = Object.entries(given.point).map(([k, v]) => [k, argsOf(v)]);
new Hooks("point", { on: host, hooks: Object.fromEntries(hooks) });

export const outputs = Object.fromEntries(
  Object.entries(made).map(([name, { output }]) => [name, output]),
);
export const publicKey = identity.publicKey;
