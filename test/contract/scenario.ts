import { expect } from "vitest";
import type { FakeEngine, LogLine } from "./fake-engine.ts";
import * as lifecycle from "./lifecycle-calls.ts";
import { keptIn } from "./kept-state.ts";
import type { Exchange } from "./recorded-api.ts";
import * as resource from "./resource-calls.ts";
import type { Client } from "./unary.ts";
import { isObject, mapObject, type Properties } from "./wire.ts";

/** One call of a table, and what must come back. */
export interface Call {
  readonly title: string;
  readonly method: string;
  readonly news?: Properties;
  readonly properties?: Properties;
  readonly preview?: boolean;
  /** An Update after which the next calls go on from the state before it. */
  readonly isTrial?: boolean;
  readonly ignoreChanges?: readonly string[];
  readonly id?: string;
  readonly response?: Properties;
  readonly error?: {
    readonly code: number;
    readonly message: string;
    /** What the engine is to keep of a resource that exists but is not complete. */
    readonly kept?: Properties;
  };
  /** A Configure's configuration. */
  readonly config?: Properties;
  /** Seconds that the program gives the call. */
  readonly timeout?: number;
  /** What the plugin asks of its API, and is answered. */
  readonly http?: readonly Exchange[];
  readonly log?: readonly LogLine[];
}

/** The calls about one resource, in order; a state that Create made goes on to the next ones. */
export interface Scenario {
  readonly type?: string;
  readonly name: string;
  readonly calls: readonly Call[];
}

/** Where a call runs. */
export interface Context {
  readonly client: Client;
  readonly engine: FakeEngine;
  /** Name of the plugin. */
  readonly plugin: string;
  readonly scenario: Scenario;
  readonly states: { created: resource.State | undefined };
}

/** Makes the call and compares the whole answer. */
export async function runCall(context: Context, call: Call): Promise<void> {
  const answer = perform(context, call);
  if (call.error) {
    const failure = await answer.then(
      () => "no error",
      (error: unknown) => {
        const { code, details } = error as { code: number; details: string };
        return { ...told(code, details), kept: comparable(keptIn(error)) };
      },
    );
    const { code, message, kept } = call.error;
    expect(failure).toEqual({ ...told(code, message), kept });
  } else {
    const expected = resolve(call.response ?? {}, context.states.created);
    expect(unordered(comparable(await answer))).toEqual(unordered(expected));
  }
  for (const line of call.log ?? []) {
    await expect.poll(() => context.engine.log).toContainEqual(line);
  }
}

async function perform(context: Context, call: Call): Promise<unknown> {
  const { client, scenario, states } = context;
  const subject = { type: scenario.type ?? "", name: scenario.name };
  const { news = {}, properties = {}, preview = false, ignoreChanges } = call;
  const methods: Record<string, () => Promise<unknown>> = {
    Handshake: () => lifecycle.handshake(client),
    GetPluginInfo: () => lifecycle.pluginInfo(client),
    CheckConfig: () => lifecycle.checkConfig(client, context.plugin, news),
    DiffConfig: () => lifecycle.diffConfig(client, context.plugin),
    Configure: () => lifecycle.configure(client, call.config),
    Cancel: () => lifecycle.cancel(client),
    Check: () => resource.check(client, subject, news),
    Create: async () => {
      const state = await resource.create(client, subject, {
        preview,
        properties,
        ...(call.timeout !== undefined && { timeout: call.timeout }),
      });
      if (!preview) states.created = state;
      return { id: state.id, properties: state.properties };
    },
    Read: () => resource.read(client, subject, stateFor(call, states.created)),
    Diff: () =>
      resource.diff(client, subject, {
        state: stateFor(call, states.created),
        news,
        ...(ignoreChanges ? { ignoreChanges } : {}),
      }),
    Update: async () => {
      const state = stateFor(call, states.created);
      const updated = await resource.update(client, subject, {
        ...{ state, news, preview },
      });
      if (!preview && !call.isTrial) states.created = updated;
      return { properties: updated.properties };
    },
    Delete: () =>
      resource.remove(client, subject, stateFor(call, states.created)),
  };
  const method = methods[call.method];
  if (!method) throw new Error(`a table names the method ${call.method}`);
  return method();
}

/** The state that was created, or for an import the id alone. */
function stateFor(
  call: Call,
  created: resource.State | undefined,
): resource.State {
  if (call.id !== undefined) return { id: call.id, inputs: {}, properties: {} };
  if (created) return created;
  throw new Error(`${call.method} needs a Create before it`);
}

/** What the official plugin keeps for itself in a state. */
const ownMarks = new Set(["__meta", "__pulumi_raw_state_delta"]);

function comparable(answer: unknown): unknown {
  if (!isObject(answer)) return answer;
  const kept = Object.entries(answer).filter(([key]) => !ownMarks.has(key));
  return mapObject(Object.fromEntries(kept), comparable);
}

/** Both streams of a command end in its error; in which order their lines meet there is nobody's promise. */
function told(code: number, message: string): object {
  return { code, lines: message.split("\n").toSorted() };
}

/** The names in a Diff come in the order of a map of Go's, which is none. */
function unordered(answer: unknown): unknown {
  if (!isObject(answer) || !Array.isArray(answer["diffs"])) return answer;
  return { ...answer, diffs: (answer["diffs"] as string[]).toSorted() };
}

/** `{ "$matches": pattern }` stands for any such text, `"<created>"` for that part of the state. */
function resolve(
  expected: Properties,
  created: resource.State | undefined,
): Properties {
  return Object.fromEntries(
    Object.entries(expected).map(([key, value]) => [
      key,
      value === "<created>"
        ? comparable(created?.[key as keyof resource.State])
        : resolveValue(value),
    ]),
  );
}

function resolveValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolveValue);
  if (!isObject(value)) return value;
  const pattern = value["$matches"];
  if (typeof pattern === "string") {
    return expect.stringMatching(new RegExp(pattern)) as unknown;
  }
  return mapObject(value, resolveValue);
}
