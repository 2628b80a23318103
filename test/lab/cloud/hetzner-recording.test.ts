import { describe, expect, test } from "vitest";
import { makeSshKeys } from "../../ssh-keys.ts";
import { PaperCloud, pick } from "./paper-cloud.ts";
import { readRecording, Replay, type Exchange } from "./replay.ts";

const recording = readRecording("hetzner");
const keys = new Map<string, string>();

const replay = (cloud: PaperCloud) =>
  new Replay(cloud, {
    notServed:
      /\/(networks|placement_groups|primary_ips|volumes)\b|\/actions\/(attach_to_network|detach_from_network|change_alias_ips|change_dns_ptr|enable_backup|enable_rescue)\b/,
    fieldsNotServed: ["placement_group", "ipv4"],
    publicKey: (comment) => {
      const made = keys.get(comment) ?? makeSshKeys().public;
      keys.set(comment, made);
      return made;
    },
  });

const isFault = (section: string) => /^(errors|GET retries)/.test(section);

describe("what the official Hetzner plugin sends is answered as it was recorded", async () => {
  const cloud = await PaperCloud.open();
  const player = replay(cloud);
  const sections = Object.entries(recording).filter(
    ([section]) => !isFault(section),
  );
  for (const [section, calls] of sections) {
    test(section, async () => {
      let played = 0;
      for (const { label, exchanges } of calls) {
        for (const exchange of exchanges) {
          const found = await player.play(exchange);
          expect(found ?? [], label).toEqual([]);
          if (found) played += 1;
        }
      }
      expect(played).toBeGreaterThan(0);
    });
  }
});

describe("errors on demand have the form that was recorded", () => {
  const wanted = Object.entries(recording)
    .filter(([section]) => isFault(section))
    .flatMap(([, calls]) => calls.flatMap(({ exchanges }) => exchanges))
    .filter(({ status, response }) => status >= 400 && response);
  test("there are many of them", () => {
    expect(wanted.length).toBeGreaterThan(25);
  });
  for (const exchange of wanted)
    test(`${exchange.request} ${exchange.status} ${JSON.stringify(exchange.response)}`, async () => {
      const cloud = await PaperCloud.open();
      await cloud.ask("POST /lab/faults", toFault(exchange));
      const answer = await cloud.ask(exchange.request, exchange.body);
      expect(answer.status).toBe(exchange.status);
      for (const [name, value] of Object.entries(exchange.headers ?? {}))
        expect(answer.headers.get(name)).toBe(value);
      const raw = exchange.response?.["_raw"];
      if (raw === undefined) expect(answer.body).toEqual(exchange.response);
      else expect(answer.text).toBe(raw);
      const again = await cloud.ask(exchange.request, exchange.body);
      expect(again.body).not.toEqual(exchange.response);
    });
});

function toFault({ request, status, headers, response }: Exchange): object {
  const [method, path = ""] = request.split(" ");
  const { error, _raw: body } = response ?? {};
  const given = { method, path: path.replace(/\?.*/, ""), status, headers };
  if (body !== undefined) return { ...given, body };
  const [code, message] = [pick(error, "code"), pick(error, "message")];
  const details = pick(error, "details");
  return { ...given, code, message, ...(details !== null && { details }) };
}
