import { Resolver } from "node:dns/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DnsServer } from "../../../lab/cloud/dns/dns-server.ts";
import { PaperCloud, pick } from "./paper-cloud.ts";

let cloud: PaperCloud;
let server: DnsServer;
const servers: DnsServer[] = [];
let resolver: Resolver;

/** A resolver on this machine that knows nothing but the paper cloud's zones. */
beforeEach(async () => {
  cloud = await PaperCloud.open();
  server = new DnsServer([]);
  resolver = await resolverOf(server);
  await cloud.ask("POST /v2/domains", { name: "example.test" });
});

afterEach(() => {
  for (const open of servers.splice(0)) open.close();
});

async function resolverOf(asked: DnsServer): Promise<Resolver> {
  servers.push(asked);
  const { port } = await asked.listen("127.0.0.1", 0);
  const made = new Resolver({ timeout: 2000, tries: 1 });
  made.setServers([`127.0.0.1:${port}`]);
  return made;
}

const records = "/v2/domains/example.test/records";

async function add(type: string, name: string, data: string): Promise<string> {
  const answer = await cloud.ask(`POST ${records}`, { type, name, data });
  expect(answer.status, answer.text).toBe(201);
  server.load(cloud.zones);
  return String(pick(answer.body, "domain_record", "id"));
}

describe("a domain", () => {
  test("answers for the records that were made, in the form of their types", async () => {
    await add("A", "@", "192.0.2.1");
    await add("A", "www", "192.0.2.2");
    await add("AAAA", "www", "2001:db8::1");
    await add("CNAME", "app", "www.example.test.");
    await add("MX", "@", "mail.example.test.");
    await add("TXT", "long", "x".repeat(300));
    expect(await resolver.resolve4("example.test")).toEqual(["192.0.2.1"]);
    expect(await resolver.resolve4("APP.example.test")).toEqual(["192.0.2.2"]);
    expect(await resolver.resolve6("www.example.test")).toEqual([
      "2001:db8::1",
    ]);
    expect(await resolver.resolveMx("example.test")).toMatchObject([
      { exchange: "mail.example.test", priority: 0 },
    ]);
    const [text] = await resolver.resolveTxt("long.example.test");
    expect(text?.map(({ length }) => length)).toEqual([255, 45]);
  });

  test("answers by a wildcard where the name has nothing of its own", async () => {
    await add("A", "*", "192.0.2.9");
    await add("TXT", "own", "hello");
    expect(await resolver.resolve4("any.example.test")).toEqual(["192.0.2.9"]);
    await expect(resolver.resolve4("own.example.test")).rejects.toThrow(
      "ENODATA",
    );
  });

  test("says that a name is not there, and asks nobody else for it", async () => {
    server.load(cloud.zones);
    await expect(resolver.resolve4("no.example.test")).rejects.toThrow(
      "ENOTFOUND",
    );
    await expect(resolver.resolve4("other.test")).rejects.toThrow("EREFUSED");
  });

  test("follows its records as they change and go", async () => {
    const id = await add("A", "www", "192.0.2.1");
    await cloud.ask(`PUT ${records}/${id}`, { name: "www", data: "192.0.2.5" });
    server.load(cloud.zones);
    expect(await resolver.resolve4("www.example.test")).toEqual(["192.0.2.5"]);
    await cloud.restart();
    await cloud.ask("DELETE /v2/domains/example.test");
    server.load(cloud.zones);
    await expect(resolver.resolve4("www.example.test")).rejects.toThrow(
      "EREFUSED",
    );
    expect((await cloud.ask(`GET ${records}/${id}`)).status).toBe(404);
  });
});

test("a resolver asks another for what is in none of its zones", async () => {
  await add("A", "www", "192.0.2.1");
  const other = await resolverOf(new DnsServer(resolver.getServers()));
  expect(await other.resolve4("www.example.test")).toEqual(["192.0.2.1"]);
});

describe("what is refused", () => {
  test.each([
    ["an address that is none", "A", "www", "300.1.1.1", "IPv4"],
    ["an address of the other kind", "AAAA", "www", "192.0.2.1", "IPv6"],
    [
      "an alias without its dot",
      "CNAME",
      "a",
      "b.example.test",
      "end with a dot",
    ],
    ["a type that is not served", "SRV", "a", "b", "type"],
    ["a name that is none", "A", "a b", "192.0.2.1", "name"],
  ])("fails for %s", async (_, type, name, data, says) => {
    const answer = await cloud.ask(`POST ${records}`, { type, name, data });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(says);
  });

  test("fails for an alias beside another record, and for a domain twice", async () => {
    await add("A", "www", "192.0.2.1");
    const alias = { type: "CNAME", name: "www", data: "example.test." };
    const { text } = await cloud.ask(`POST ${records}`, alias);
    expect(text).toContain("cannot share a name");
    const again = await cloud.ask("POST /v2/domains", { name: "Example.test" });
    expect(again.status).toBe(422);
  });
});
