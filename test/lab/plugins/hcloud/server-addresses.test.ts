import { afterEach, beforeEach, expect, test } from "vitest";
import { Hetzner } from "../../../../lab/plugins/hcloud/api.ts";
import { updateServer } from "../../../../lab/plugins/hcloud/server-update.ts";
import { Api } from "../../../../lab/plugins/shared/managed/api.ts";
import { PaperCloud, pick, tokens } from "../../cloud/paper-cloud.ts";

const inputs = { name: "web-1", serverType: "cx22", image: "debian-12" };

let cloud: PaperCloud;
let close: () => void;
let api: Hetzner;
let id: string;

beforeEach(async () => {
  cloud = await PaperCloud.open();
  const opened = await cloud.listen();
  close = opened.close;
  const refused = { retries: 0, mayPass: () => false };
  const args = {
    ...{ endpoint: `${opened.endpoint}/v1`, token: tokens.hetzner, ...refused },
    ...{ pause: [1, 1] as const, honoursRetryAfter: false },
  };
  api = new Hetzner(new Api(args), 1);
  const made = await cloud.ask("POST /v1/servers", {
    ...{ name: "web-1", server_type: "cx22", image: "debian-12" },
  });
  await cloud.settled();
  id = String(pick(made.body, "server", "id"));
});

afterEach(() => close());

async function reserve(name: string): Promise<number> {
  const order = { name, type: "ipv4", location: "fsn1" };
  const answer = await cloud.ask("POST /v1/primary_ips", order);
  return Number(pick(answer.body, "primary_ip", "id"));
}

async function change(before: object[], publicNets?: object[]) {
  const call = { api, id, state: { ...inputs, publicNets: before } };
  const now = await updateServer({
    ...{ ...call, inputs: { ...inputs, ...(publicNets && { publicNets }) } },
    ...{ changed: new Set(["publicNets"]), deadline: undefined },
  });
  if (now === "gone") throw new Error("the server is gone");
  expect(now["status"]).toBe("running");
  return now;
}

/** Numbers of the addresses that outlive the server, and of those that go with it. */
async function numbers(): Promise<[kept: number[], own: number[]]> {
  const { body } = await cloud.ask("GET /v1/primary_ips");
  const all = body["primary_ips"] as { id: number; auto_delete: boolean }[];
  const those = (goes: boolean) =>
    all.filter((one) => one.auto_delete === goes).map((one) => one.id);
  return [those(false), those(true)];
}

const having = (ipv4: number) => ({
  ...{ ipv4, ipv4Enabled: true, ipv6Enabled: true },
});

test("a running server gets the address that is named, and its own is deleted", async () => {
  const [, [own, ipv6]] = await numbers();
  const first = await reserve("first");
  const now = await change([], [having(first)]);
  expect(now["publicNets"]).toEqual([{ ...having(first), ipv6 }]);
  expect(await numbers()).toEqual([[first], [ipv6]]);
  expect(own).not.toBe(first);
});

test("one that was named stays when another is", async () => {
  const [first, second] = [await reserve("first"), await reserve("second")];
  await change([], [having(first)]);
  const now = await change([having(first)], [having(second)]);
  expect(now["publicNets"]).toMatchObject([{ ipv4: second }]);
  expect((await numbers())[0]).toEqual([first, second]);
});

test("without one, the server gets an address that goes with it", async () => {
  const first = await reserve("first");
  const { publicNets } = await change([], [having(first)]);
  const now = await change(publicNets as object[]);
  const [kept, own] = await numbers();
  expect(kept).toEqual([first]);
  expect(own).not.toContain(first);
  expect(now["ipv4Address"]).not.toBe("");
  expect((await cloud.ask(`DELETE /v1/primary_ips/${first}`)).status).toBe(204);
});
