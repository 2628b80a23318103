import { describe, expect, test } from "vitest";
import { makeSshKeys } from "../../ssh-keys.ts";
import { PaperCloud, pick } from "./paper-cloud.ts";
import {
  readRecording,
  Replay,
  type Exchange,
  type Recording,
  type ReplayRules,
} from "./replay.ts";

const isFault = (section: string) => /^(errors|GET retries)/.test(section);

/** Tests that what an official plugin sent is answered as it was recorded, and that errors on demand have the recorded form. */
export function playRecording(
  name: string,
  rules: Omit<ReplayRules, "publicKey">,
): void {
  const recording = readRecording(name);
  describe(`what the official ${name} plugin sends is answered as it was recorded`, () => {
    playSections(recording, rules);
  });
  describe(`errors on demand have the form that ${name} gave them`, () => {
    playFaults(recording);
  });
}

function playSections(
  recording: Recording,
  rules: Omit<ReplayRules, "publicKey">,
): void {
  const keys = new Map<string, string>();
  const publicKey = (comment: string): string => {
    const made = keys.get(comment) ?? makeSshKeys().public;
    keys.set(comment, made);
    return made;
  };
  // One cloud for all sections: later ones go on with what earlier ones made.
  const player = PaperCloud.open().then(
    (cloud) => new Replay(cloud, { ...rules, publicKey }),
  );
  for (const [section, calls] of Object.entries(recording)) {
    if (isFault(section)) continue;
    test(section, async () => {
      let played = 0;
      for (const { label, exchanges } of calls) {
        for (const exchange of exchanges) {
          const found = await (await player).play(exchange);
          expect(found ?? [], label).toEqual([]);
          if (found) played += 1;
        }
      }
      expect(played).toBeGreaterThan(0);
    });
  }
}

function playFaults(recording: Recording): void {
  const wanted = Object.entries(recording)
    .filter(([section]) => isFault(section))
    .flatMap(([, calls]) => calls.flatMap(({ exchanges }) => exchanges))
    .filter(({ status, response }) => status >= 400 && response);
  test("there are many of them", () => {
    expect(wanted.length).toBeGreaterThan(8);
  });
  wanted.forEach((exchange, index) => {
    test(`${index + 1}: ${exchange.request} ${exchange.status}`, async () => {
      await expectFault(exchange);
    });
  });
}

async function expectFault(exchange: Exchange): Promise<void> {
  const cloud = await PaperCloud.open();
  const ask = () => cloud.ask(exchange.request, exchange.body);
  await cloud.ask("POST /lab/faults", toFault(exchange));
  const answer = await ask();
  expect(answer.status).toBe(exchange.status);
  for (const [name, value] of Object.entries(exchange.headers ?? {}))
    expect(answer.headers.get(name)).toBe(value);
  const { _raw: raw, request_id, ...wanted } = exchange.response ?? {};
  if (raw === undefined) expect(answer.body).toMatchObject(wanted);
  else expect(answer.text).toBe(raw);
  expect(typeof answer.body["request_id"]).toBe(typeof request_id);
  expect((await ask()).text).not.toBe(answer.text);
}

function toFault({ request, status, headers, response }: Exchange): object {
  const [method, path = ""] = request.split(" ");
  const { error, _raw: body, message } = response ?? {};
  const given = { method, path: path.replace(/\?.*/, ""), status, headers };
  if (body !== undefined) return { ...given, body };
  if (error === undefined) return { ...given, message };
  const details = pick(error, "details");
  return {
    ...given,
    code: pick(error, "code"),
    message: pick(error, "message"),
    ...(details !== null && { details }),
  };
}
