import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { serve } from "@hono/node-server";
import { z } from "zod";
import { Cloud } from "../../../lab/cloud/cloud.ts";
import type { Zone } from "../../../lab/cloud/dns/zone.ts";
import type { HostFilter } from "../../../lab/cloud/filter/rule.ts";
import { PaperHosts } from "./paper-hosts.ts";

/** An answer of an API. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as data; empty where it is none. */
  readonly body: Record<string, unknown>;
}

/** What lies below these keys of an answer; undefined where there is nothing. */
export function pick(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) =>
      typeof inner === "object" && inner !== null
        ? new Map(Object.entries(inner)).get(key)
        : undefined,
    value,
  );
}

/** What opens each API. */
export const tokens = { hetzner: "h".repeat(64), digitalocean: "dop_v1_test" };
const body = z.record(z.string(), z.unknown());

/** The lab's APIs without a lab: real routes and a real state file, over hosts on paper. */
export class PaperCloud {
  readonly hosts = new PaperHosts();
  /** What is there after a restart. */
  readonly stateFile: string;
  /** Requests that are served, and then never answered to who listens. */
  unanswered: ((request: Request) => boolean) | undefined;
  #cloud: Cloud | undefined;
  zones: readonly Zone[] = [];
  filters: readonly HostFilter[] = [];

  private constructor(stateFile: string) {
    this.stateFile = stateFile;
  }

  /** A new one, with nothing in it. */
  static async open(): Promise<PaperCloud> {
    const folder = await mkdtemp(path.join(tmpdir(), "flotilla-cloud-"));
    const made = new PaperCloud(path.join(folder, "state.json"));
    await made.restart();
    return made;
  }

  /** Reads the state again, as after the end of its process. */
  async restart(): Promise<void> {
    this.#cloud = await Cloud.open({
      stateFile: this.stateFile,
      tokens,
      hosts: this.hosts,
      loadZones: (zones) => {
        this.zones = zones;
      },
      loadFilters: async (filters) => {
        this.filters = filters;
      },
    });
  }

  /** Sends `METHOD /path`, with the provider's token unless headers say otherwise. */
  async ask(
    request: string,
    sent?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer> {
    const [method = "", url = ""] = request.split(" ");
    const token = url.startsWith("/v2") ? tokens.digitalocean : tokens.hetzner;
    const response = await this.#open.app.request(url, {
      method,
      headers: headers ?? { authorization: `Bearer ${token}` },
      ...(sent !== undefined && { body: JSON.stringify(sent) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: body.parse(text.startsWith("{") ? JSON.parse(text) : {}),
    };
  }

  /** Serves the APIs on a free port of this machine, for clients that are other programs. */
  async listen(): Promise<{ endpoint: string; close: () => void }> {
    const fetch = async (request: Request) => {
      const answer = await this.#open.app.fetch(request);
      return this.unanswered?.(request) ? new Promise<never>(() => {}) : answer;
    };
    return new Promise((resolve) => {
      const server = serve(
        { fetch, hostname: "127.0.0.1", port: 0 },
        ({ port }) =>
          resolve({
            endpoint: `http://127.0.0.1:${port}`,
            close: () => server.close(),
          }),
      );
    });
  }

  /** Waits until no action runs. */
  async settled(): Promise<void> {
    await this.#open.settled();
  }

  get #open(): Cloud {
    if (!this.#cloud) throw new Error("not open");
    return this.#cloud;
  }
}
