import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  completeSnapshots,
  pruneSnapshots,
  snapshotMakers,
  takeSnapshot,
  WritableCloudApi,
  type SnapshotMaker,
} from "../../../provider/clouds/index.ts";
import type { CloudProviderName } from "../../../manifest/cloud-places.ts";
import { PaperCloud, pick, tokens } from "../../lab/cloud/paper-cloud.ts";

let cloud: PaperCloud;
let endpoint: string;
let close: () => void;

beforeEach(async () => {
  cloud = await PaperCloud.open();
  ({ endpoint, close } = await cloud.listen());
});

afterEach(() => close());

interface Words {
  readonly provider: CloudProviderName;
  readonly prefix: string;
  readonly machines: string;
  readonly body: object;
  /** What makes a snapshot that is not ours. */
  readonly foreign: object;
  readonly begin: string;
}

const all: Words[] = [
  {
    provider: "hetzner",
    prefix: "/v1",
    machines: "/v1/servers",
    body: { server_type: "cx22", image: "debian-12", location: "fsn1" },
    foreign: { type: "snapshot", description: "test.db-1.before-mine" },
    begin: "actions/create_image$",
  },
  {
    provider: "digitalocean",
    prefix: "/v2",
    machines: "/v2/droplets",
    body: { region: "fra1", size: "s-1vcpu-1gb", image: "debian-12-x64" },
    foreign: { type: "snapshot", name: "test.db-1.before-mine" },
    begin: "droplets/\\d+/actions$",
  },
];

const marks = ["a", "b", "c"].map((letter) => letter.repeat(16));
const [first = "", second = "", third = ""] = marks;
const signal = new AbortController().signal;
const patience = {
  signal,
  onWait: () => undefined,
  pollSeconds: 0.01,
  graceSeconds: 0.2,
};

describe.for(all)("at $provider", (words) => {
  const { provider, machines, body, foreign } = words;
  let machine = "";

  beforeEach(async () => {
    const asked = { name: "test-db-1", ...body };
    const { body: made } = await cloud.ask(`POST ${machines}`, asked);
    const kind = provider === "hetzner" ? "server" : "droplet";
    machine = String(pick(made, kind, "id"));
    await cloud.settled();
  });

  function maker(host = "db-1", stack = "test"): SnapshotMaker {
    const token = tokens[provider];
    const access = { endpoint: `${endpoint}${words.prefix}`, token };
    const subject = { machine, stack, host };
    return snapshotMakers[provider](new WritableCloudApi(access, 5), subject);
  }

  async function marksOf(one = maker()): Promise<string[]> {
    const found = await completeSnapshots(one, signal);
    return found.map(({ mark }) => mark);
  }

  async function begunActions(): Promise<number> {
    const { body: found } = await cloud.ask(
      `GET ${machines}/${machine}/actions?per_page=50`,
    );
    const actions = pick(found, "actions") as readonly object[];
    return actions.filter((one) =>
      /"(create_image|snapshot)"/.test(JSON.stringify(one)),
    ).length;
  }

  async function faults(fault: object): Promise<void> {
    const { status } = await cloud.ask("POST /lab/faults", fault);
    expect(status).toBeLessThan(300);
  }

  it("makes one, complete when it is returned, named after stack, host and change", async () => {
    const made = await takeSnapshot(maker(), first, patience);
    expect(made).toMatchObject({
      name: `test.db-1.before-${first}`,
      isComplete: true,
      mark: first,
    });
    expect(await marksOf()).toEqual([first]);
  });

  it("makes no second one before the same change", async () => {
    const made = await takeSnapshot(maker(), first, patience);
    expect((await takeSnapshot(maker(), first, patience)).id).toBe(made.id);
    expect(await begunActions()).toBe(1);
  });

  it("makes another one where that of the change is too old", async () => {
    const made = await takeSnapshot(maker(), first, patience);
    const impatient = { ...patience, freshSeconds: -3600 };
    expect((await takeSnapshot(maker(), first, impatient)).id).not.toBe(
      made.id,
    );
  });

  it("waits for the one that a lost run began", async () => {
    await maker().begin(first);
    await takeSnapshot(maker(), first, patience);
    expect(await begunActions()).toBe(1);
  });

  it("makes its own beside one that somebody else has begun", async () => {
    const path = provider === "hetzner" ? "actions/create_image" : "actions";
    await cloud.ask(`POST ${machines}/${machine}/${path}`, foreign);
    await takeSnapshot(maker(), first, patience);
    expect(await marksOf()).toEqual([first]);
    expect(await begunActions()).toBe(2);
  });

  it("makes one where the answer of the request was lost, and one where the API was out of order", async () => {
    const { begin: path } = words;
    const fault = { method: "POST", path, status: 503 };
    await faults({ ...fault, when: "after" });
    await takeSnapshot(maker(), first, patience);
    expect(await begunActions()).toBe(1);
    await faults({ ...fault, times: 2 });
    await takeSnapshot(maker(), second, patience);
    expect(await begunActions()).toBe(2);
  });

  it("waits until other work on the machine has ended", async () => {
    const name = provider === "hetzner" ? "actions/reboot" : "actions";
    await cloud.ask(`POST ${machines}/${machine}/${name}`, {
      ...(provider === "digitalocean" && { type: "reboot" }),
    });
    await takeSnapshot(maker(), first, patience);
    expect(await marksOf()).toEqual([first]);
  });

  it("fails in the provider's words where it is refused", async () => {
    await faults({
      method: "POST",
      path: words.begin,
      status: 403,
      message: "image limit exceeded",
    });
    await expect(takeSnapshot(maker(), first, patience)).rejects.toThrow(
      /403 image limit exceeded/,
    );
  });

  it("keeps the newest, and takes away nobody else's", async () => {
    const path = provider === "hetzner" ? "actions/create_image" : "actions";
    await cloud.ask(`POST ${machines}/${machine}/${path}`, foreign);
    await cloud.settled();
    await takeSnapshot(maker("db"), first, patience);
    await takeSnapshot(maker("db-1", "test-2"), first, patience);
    for (const mark of marks) await takeSnapshot(maker(), mark, patience);
    const { kept, removed } = await pruneSnapshots(maker(), 2, signal);
    expect(kept.map(({ mark }) => mark)).toEqual([third, second]);
    expect(removed.map(({ mark }) => mark)).toEqual([first]);
    expect(await marksOf()).toEqual([third, second]);
    expect(await marksOf(maker("db"))).toEqual([first]);
    expect(await marksOf(maker("db-1", "test-2"))).toEqual([first]);
    const { text } = await cloud.ask(
      provider === "hetzner" ? "GET /v1/images" : "GET /v2/snapshots",
    );
    expect(text).toContain("test.db-1.before-mine");
  });
});
