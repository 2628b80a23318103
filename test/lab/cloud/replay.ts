import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { pick, type PaperCloud } from "./paper-cloud.ts";

const exchange = z.strictObject({
  request: z.string(),
  body: z.unknown().optional(),
  status: z.number(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Left out of the recording where it was recorded twice before. */
  response: z.record(z.string(), z.unknown()).optional(),
});
const recording = z.record(
  z.string(),
  z.array(z.strictObject({ label: z.string(), exchanges: z.array(exchange) })),
);

/** One request that an official plugin was recorded to make, and what it was answered. */
export type Exchange = z.infer<typeof exchange>;

/** What an official plugin sent and got, by section and call. */
export type Recording = z.infer<typeof recording>;

/** Reads one of `recordings/`. */
export function readRecording(name: string): Recording {
  const file = path.join(import.meta.dirname, "recordings", `${name}.json`);
  return recording.parse(JSON.parse(readFileSync(file, "utf8")));
}

/** How a recording is played to one provider's API. */
export interface ReplayRules {
  /** Requests for what the lab's cloud does not serve. */
  readonly notServed: RegExp;
  /** Fields of bodies that it does not serve. */
  readonly fieldsNotServed?: readonly string[];
  /** Requests with such a body are for what it does not serve. */
  readonly refusedBodies?: RegExp;
  /** The real public key for each comment in the recording. */
  readonly publicKey: (comment: string) => string;
}

/** Plays recorded requests to a cloud: the recording's numbers become those that the cloud gave. */
export class Replay {
  readonly #cloud: PaperCloud;
  readonly #rules: ReplayRules;
  readonly #ids = new Map<string, string>();
  readonly #newest = new Map<string, string>();
  readonly #droplets = new Set<number>();
  #skips = false;

  constructor(cloud: PaperCloud, rules: ReplayRules) {
    this.#cloud = cloud;
    this.#rules = rules;
  }

  /** Plays one exchange and says how the answer differs from the recorded one; undefined where it was not played. */
  async play(given: Exchange): Promise<string[] | undefined> {
    const [method = "", url = ""] = given.request.split(" ");
    if (!this.#isServed(given, method)) return undefined;
    const isGone = given.status === 404;
    const request = `${method} ${this.#translate(url, isGone)}`;
    const sent = given.body === undefined ? undefined : this.#body(given.body);
    const answer = await this.#cloud.ask(request, sent);
    if (answer.status !== given.status)
      return [`${request} → ${answer.status} ${answer.text}`];
    this.#learn(method, url, given.response, answer.body);
    await this.#cloud.settled();
    return missing(given.response ?? {}, answer.body).map(
      (where) => `${request} → without ${where}`,
    );
  }

  /** Whoever waits for an action that was not played waits in vain. */
  #isServed({ request, body }: Exchange, method: string): boolean {
    const { notServed, refusedBodies } = this.#rules;
    const isWait = /^GET \S*\/actions[/?]/.test(request);
    if (isWait) return !this.#skips;
    const text = JSON.stringify(body ?? null);
    const isServed = !notServed.test(request) && !refusedBodies?.test(text);
    if (method !== "GET") this.#skips = !isServed;
    return isServed;
  }

  #translate(url: string, isGone: boolean): string {
    const newest = (kind: string) => this.#newest.get(kind) ?? "";
    return url
      .replace(
        /reserved_ips\/[\d.]+/,
        isGone
          ? "reserved_ips/192.0.2.1"
          : `reserved_ips/${newest("reserved_ips")}`,
      )
      .replace(/(reserved_ips\S+)\/\d+$/, `$1/${newest("actions")}`)
      .replace(/actions\?id=\d+/, () => `actions?id=${newest("actions")}`)
      .replace(/\/(\w+)\/(\d{4,6}\b|0{8}-[-\w]+)/g, (_, kind, id) => {
        if (isGone) return `/${String(kind)}/999999`;
        const known = this.#ids.get(String(id)) ?? newest(String(kind));
        return `/${String(kind)}/${known}`;
      });
  }

  #body(body: unknown): unknown {
    return JSON.parse(JSON.stringify(body), (key, value: unknown) => {
      if (this.#rules.fieldsNotServed?.includes(key)) return undefined;
      // DigitalOcean's recordings name keys that other runs made.
      if (key === "ssh_keys" && Array.isArray(value))
        return value.map((id: unknown) =>
          Number(this.#newest.get("keys") ?? id),
        );
      // So they do droplets.
      if (key === "droplet_ids" && Array.isArray(value))
        return value.map((id: unknown) => this.#droplet(Number(id)));
      if (key === "droplet_id") return this.#droplet(Number(value));
      if (typeof value === "number" && value > 1000)
        return Number(this.#ids.get(String(value)) ?? value);
      // Public addresses are those of the server that was made last.
      if (key === "ip" && String(value).startsWith("203.0.113."))
        return this.#newest.get("address");
      if (key === "resource_id") return this.#ids.get(String(value));
      if (key === "public_key" && typeof value === "string")
        return this.#rules.publicKey(value.split(" ").at(-1) ?? "");
      return value;
    });
  }

  /** One that was made, else the one that was made last. */
  #droplet(id: number): number {
    const known = [id, Number(this.#ids.get(String(id)))];
    const found = known.find((given) => this.#droplets.has(given));
    return found ?? Number(this.#newest.get("droplets") ?? id);
  }

  #learn(
    method: string,
    url: string,
    recorded: Record<string, unknown> | undefined,
    answered: Record<string, unknown>,
  ): void {
    const [, kind = ""] = /(\w+)(\?.*)?$/.exec(url) ?? [];
    for (const [key, thing] of Object.entries(answered)) {
      const id = idOf(thing);
      if (id === undefined || (method !== "POST" && key !== "snapshots"))
        continue;
      const address = pick(thing, "public_net", "ipv4", "ip");
      if (typeof address === "string") this.#newest.set("address", address);
      if (key === "droplet") this.#droplets.add(Number(id));
      if (key === "image") this.#newest.set("images", id);
      else if (!key.includes("action")) this.#newest.set(kind, id);
      else this.#newest.set("actions", id);
      const before = idOf(recorded?.[key]);
      if (before !== undefined) this.#ids.set(before, id);
    }
  }
}

function idOf(thing: unknown): string | undefined {
  const first: unknown = Array.isArray(thing) ? thing[0] : thing;
  const ip = pick(first, "ip");
  if (typeof ip === "string" && pick(first, "id") === undefined) return ip;
  if (typeof first !== "object" || first === null || !("id" in first))
    return undefined;
  return String(first.id);
}

/** The paths of what one answer has and another lacks, or has as something else; null fits everything. */
export function missing(
  wanted: unknown,
  given: unknown,
  where = "body",
): string[] {
  if (wanted === null || given === null) return [];
  if (Array.isArray(wanted) && Array.isArray(given)) {
    if (wanted.length === 0 || given.length === 0) return [];
    return missing(wanted[0], given[0], `${where}[0]`);
  }
  if (typeof wanted !== typeof given) return [where];
  if (typeof wanted !== "object" || typeof given !== "object") return [];
  const have = new Map(Object.entries(given));
  return Object.entries(wanted).flatMap(([key, value]) =>
    have.has(key)
      ? missing(value, have.get(key), `${where}.${key}`)
      : [`${where}.${key}`],
  );
}
