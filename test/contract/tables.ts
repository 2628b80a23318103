import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PluginName } from "../../toolchain/plugins.ts";
import { startFakeEngine, type FakeEngine } from "./fake-engine.ts";
import * as lifecycle from "./lifecycle-calls.ts";
import { startPlugin, type PluginProcess } from "./plugin-process.ts";
import type { Candidate } from "./plugins.ts";
import type { RecordedApi } from "./recorded-api.ts";
import { runCall, type Scenario } from "./scenario.ts";
import { isObject, mapObject, type Properties } from "./wire.ts";

/** What a table may name by `{{name}}`: a whole value, or a part of a text. */
export type Given = Readonly<Record<string, unknown>>;

/** The scenarios of a plugin: the files of `test/contract/<plugin>`. */
export function readTables(plugin: PluginName, given: Given = {}): Scenario[] {
  const folder = join(import.meta.dirname, plugin);
  return readdirSync(folder).flatMap((file) => {
    const text = readFileSync(join(folder, file), "utf8");
    return fill(JSON.parse(text), given) as Scenario[];
  });
}

function fill(value: unknown, given: Given): unknown {
  if (Array.isArray(value)) return value.map((one) => fill(one, given));
  if (isObject(value)) return mapObject(value, (one) => fill(one, given));
  if (typeof value !== "string") return value;
  const whole = /^\{\{([^{}]+)\}\}$/.exec(value)?.[1];
  if (whole !== undefined && whole in given) return given[whole];
  return value.replaceAll(/\{\{([^{}]+)\}\}/g, (text, name: string) =>
    name in given ? String(given[name]) : text,
  );
}

/** A plugin that runs while the tests of a suite do. */
export interface Running {
  readonly engine: () => FakeEngine;
  readonly client: () => PluginProcess["client"];
}

/** Starts a plugin before the tests of the suite, with a configuration, and ends it after them. */
export function runPlugin(
  plugin: Candidate,
  configuration: Properties = {},
): Running {
  let engine: FakeEngine | undefined;
  let started: PluginProcess | undefined;
  beforeAll(async () => {
    engine = await startFakeEngine();
    started = await startPlugin(plugin.command, engine);
    await lifecycle.configure(started.client, configuration);
  });
  afterAll(async () => {
    await started?.stop();
    engine?.stop();
  });
  return {
    engine: () => present(engine),
    client: () => present(started).client,
  };
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("the plugin was not started");
  return value;
}

/** One test per recorded call; the API behind the plugin answers as it was recorded, too. */
export function replay(
  plugin: PluginName,
  scenarios: readonly Scenario[],
  running: Running,
  api?: RecordedApi,
): void {
  describe.each(scenarios)("$type $name", (scenario) => {
    const states = { created: undefined };
    it.each(scenario.calls)("$method: $title", async (call) => {
      const [client, engine] = [running.client(), running.engine()];
      api?.expect(call.http ?? []);
      await runCall({ client, engine, plugin, scenario, states }, call);
      expect(api?.problems() ?? []).toEqual([]);
    });
  });
}
