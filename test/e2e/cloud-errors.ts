import type { FleetDocument } from "./test-fleet.ts";
import type { Plugin } from "./paper-fleet.ts";

/** How a plugin takes an answer: it asks again until there is another, or fails with these words. */
export type Taken = "waits" | { readonly fails: string };

/** An answer that is no success, and what each plugin does with it. */
export interface CloudError {
  readonly status: number;
  /** Hetzner's word for it. */
  readonly code: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The work is done, and its answer is lost. @default "before" */
  readonly when?: "after";
  readonly taken: Readonly<Record<Plugin, Taken>>;
}

/** The answers, by what people call them. */
export const cloudErrors = {
  "401": refused(401, "unauthorized"),
  "403": refused(403, "forbidden"),
  // A name or a key that is taken; nothing changes that by itself.
  "409": refused(409, "uniqueness_error"),
  // Something else is being done with it at that moment.
  "409 for a moment": {
    ...refused(409, "conflict"),
    taken: { hcloud: "waits", digitalocean: { fails: ": 409 (" } },
  },
  "412": refused(412, "resource_limit_exceeded"),
  "422": refused(422, "invalid_input"),
  "423": refused(423, "locked"),
  "429": {
    ...refused(429, "rate_limit_exceeded"),
    headers: { "retry-after": "1" },
    taken: { hcloud: "waits", digitalocean: "waits" },
  },
  "503": {
    ...refused(503, "unavailable"),
    taken: { hcloud: { fails: "(unavailable)" }, digitalocean: "waits" },
  },
  // The work is done; the plugin that asks again is told what its first request has changed.
  "an answer that is lost": {
    status: 503,
    code: "unavailable",
    when: "after",
    taken: { hcloud: { fails: "(unavailable)" }, digitalocean: "waits" },
  },
} satisfies Record<string, CloudError>;

function refused(status: number, code: string) {
  const taken = {
    hcloud: { fails: `(${code})` },
    digitalocean: { fails: `: ${status} (` },
  };
  return { status, code, taken } as const;
}

/** Something that an update does at a provider. */
export interface CloudStep {
  /** The request that does it, by plugin: method, and the end of its path; `ID` is the number of what is changed. */
  readonly request: Readonly<Record<Plugin, readonly [string, string]>>;
  /** What makes an update do it, where it is no creation. */
  readonly change?: (config: FleetDocument) => void;
  /** How DigitalOcean's plugin fails when it asks again for what was done already. @default - it does not */
  readonly askedTwice?: string;
}

/** What an update does, in its order. */
export const cloudSteps = {
  "creation of the key": {
    request: {
      hcloud: ["POST", "/ssh_keys"],
      digitalocean: ["POST", "/account/keys"],
    },
    askedTwice: ": 422 (",
  },
  "creation of the firewall": {
    request: {
      hcloud: ["POST", "/firewalls"],
      digitalocean: ["POST", "/firewalls"],
    },
    askedTwice: ": 409 (",
  },
  "creation of the machine": {
    request: {
      hcloud: ["POST", "/servers"],
      digitalocean: ["POST", "/droplets"],
    },
  },
  "change of the firewall": {
    request: {
      hcloud: ["POST", "/firewalls/ID/actions/set_rules"],
      digitalocean: ["PUT", "/firewalls/ID"],
    },
    change: (config) => {
      config.firewall["sshFrom"] = ["192.0.2.0/24"];
    },
  },
  "change of the size": {
    request: {
      hcloud: ["POST", "/servers/ID/actions/change_type"],
      digitalocean: ["POST", "/droplets/ID/actions"],
    },
    change: (config) => {
      const sizes = { hetzner: "cx32", digitalocean: "s-1vcpu-2gb" };
      for (const host of Object.values(config.hosts))
        host["size"] = sizes[host["provider"] as keyof typeof sizes];
    },
  },
  "removal of the machine": {
    request: {
      hcloud: ["DELETE", "/servers/ID"],
      digitalocean: ["DELETE", "/droplets/ID"],
    },
    askedTwice: ": 404 (",
  },
} satisfies Record<string, CloudStep>;

/** The name of an answer. */
export type ErrorName = keyof typeof cloudErrors;
/** The name of something that an update does. */
export type StepName = keyof typeof cloudSteps;

const versions: Readonly<Record<Plugin, string>> = {
  hcloud: "^/v1",
  digitalocean: "^/v2",
};

/** What of several things an error is for: what is made with this name, or has this number. */
export interface Only {
  readonly name?: string;
  readonly id?: string | undefined;
}

/** An error on demand: the next request of that kind is answered with it. */
export function faultAt(
  plugin: Plugin,
  at: StepName,
  error: ErrorName,
  { name, id = "[^/]+" }: Only = {},
): object {
  const [method, path] = (cloudSteps[at] as CloudStep).request[plugin];
  const { status, code, headers, when } = cloudErrors[error] as CloudError;
  const own = path.replace("ID", id);
  return {
    ...{ method, status, code, path: `${versions[plugin]}.*${own}$` },
    ...(headers && { headers }),
    ...(when && { when }),
    ...(name !== undefined && { sent: `"name":"${name}"` }),
  };
}

/** What makes an update take a step; nothing for a creation. */
export function changeFor(step: StepName): (config: FleetDocument) => void {
  return (cloudSteps[step] as CloudStep).change ?? (() => undefined);
}

/** The words of the plugins that do not wait. */
export function failuresOf(error: ErrorName): string[] {
  const { taken } = cloudErrors[error] as CloudError;
  return Object.values(taken).flatMap((one) =>
    one === "waits" ? [] : [one.fails],
  );
}

/** How a plugin takes an answer to one step. */
export function takenBy(
  plugin: Plugin,
  step: StepName,
  error: ErrorName,
): Taken {
  const { askedTwice } = cloudSteps[step] as CloudStep;
  const { taken, when } = cloudErrors[error] as CloudError;
  return when === "after" && plugin === "digitalocean" && askedTwice
    ? { fails: askedTwice }
    : taken[plugin];
}
