import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { Fleet } from "../../components/index.ts";
import {
  hostOutputs,
  passwordOutputs,
  siteOutputs,
} from "../../stacks/outputs.ts";
import { smallFleet } from "../components/fleets.ts";
import { generatedPassword, made } from "../components/recording.ts";

const config = smallFleet();
const fleets: Fleet[] = [];
await made((opts) => fleets.push(new Fleet("fleet", config, opts)));
const fleet = fleets[0];
if (!fleet) throw new Error("no fleet was made");

function value(output: object): Promise<unknown> {
  return new Promise((resolve) => pulumi.output(output).apply(resolve));
}

/** How another stack enters a host. */
function entrance(id: string) {
  const { user, port } = config.hosts[id] ?? {};
  return { id, user, port, hostKeys: [expect.stringMatching(/^ssh-/)] };
}

test("a stack shows its hosts with their facts and services", async () => {
  expect(await value(hostOutputs(fleet, config))).toEqual({
    "db-1": {
      address: "10.86.0.12",
      ...entrance("db-1"),
      facts: { cpus: 2, os: "debian 12" },
      services: { cache: { type: "redis", address: "10.86.0.12", port: 6379 } },
    },
    "web-1": {
      address: "10.86.0.11",
      ...entrance("web-1"),
      facts: { cpus: 2, os: "debian 12" },
      services: { web: { type: "nginx", address: "10.86.0.11", port: 80 } },
    },
  });
});

test("a stack shows where its sites answer", async () => {
  expect(await value(siteOutputs(fleet, config))).toEqual({
    welcome: { url: "http://10.86.0.11/", host: "web-1" },
  });
});

test("a stack shows the commit of a site that comes from git", async () => {
  const { welcome } = config.sites;
  if (!welcome) throw new Error("the fleet has no site");
  const commit = "c".repeat(40);
  const content = { ...welcome.content, commit };
  const sites = { welcome: { ...welcome, content } };
  expect(await value(siteOutputs(fleet, { ...config, sites }))).toEqual({
    welcome: { url: "http://10.86.0.11/", host: "web-1", commit },
  });
});

test("a stack's generated passwords are secret", async () => {
  const passwords = passwordOutputs(fleet);
  expect(Object.keys(passwords)).toEqual(["cache"]);
  expect(await value(passwords)).toEqual({ cache: generatedPassword });
  expect(await pulumi.isSecret(pulumi.output(passwords))).toBe(true);
});
