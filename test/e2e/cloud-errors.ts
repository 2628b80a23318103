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
  readonly taken: Readonly<Record<Plugin, Taken>>;
}

/** The answers, by what people call them. */
export const cloudErrors = {
  "401": refused(401, "unauthorized"),
  // A name or a key that is taken; nothing changes that by itself.
  "409": refused(409, "uniqueness_error"),
  // Something else is being done with it at that moment.
  "409 for a moment": {
    ...refused(409, "conflict"),
    taken: { hcloud: "waits", digitalocean: { fails: ": 409 (" } },
  },
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
  /** The request that does it, by plugin: method, and the end of its path. */
  readonly request: Readonly<Record<Plugin, readonly [string, string]>>;
  /** What makes an update do it, where it is no creation. */
  readonly change?: (config: FleetDocument) => void;
}

/** What an update does, in its order. */
export const cloudSteps = {
  "creation of the key": {
    request: {
      hcloud: ["POST", "/ssh_keys"],
      digitalocean: ["POST", "/account/keys"],
    },
  },
  "creation of the firewall": {
    request: {
      hcloud: ["POST", "/firewalls"],
      digitalocean: ["POST", "/firewalls"],
    },
  },
  "creation of the machine": {
    request: {
      hcloud: ["POST", "/servers"],
      digitalocean: ["POST", "/droplets"],
    },
  },
  "change of the firewall": {
    request: {
      hcloud: ["POST", "/set_rules"],
      digitalocean: ["PUT", "/firewalls/[^/]+"],
    },
    change: (config) => {
      config.firewall["sshFrom"] = ["192.0.2.0/24"];
    },
  },
  "change of the size": {
    request: {
      hcloud: ["POST", "/change_type"],
      digitalocean: ["POST", "/droplets/[0-9]+/actions"],
    },
    change: (config) => {
      set(config, { size: "cx32" }, { size: "s-1vcpu-2gb" });
    },
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

/** An error on demand: the next request of that kind is answered with it. */
export function faultAt(
  plugin: Plugin,
  at: StepName,
  error: ErrorName,
): object {
  const [method, path] = (cloudSteps[at] as CloudStep).request[plugin];
  const { status, code, headers } = cloudErrors[error] as CloudError;
  return {
    ...{ method, status, code, path: `${versions[plugin]}.*${path}$` },
    ...(headers && { headers }),
  };
}

function set(config: FleetDocument, web: object, db: object): void {
  const { hosts } = config as { hosts: Record<string, object> };
  config.hosts = {
    ...config.hosts,
    "web-1": { ...hosts["web-1"], ...web },
    "db-1": { ...hosts["db-1"], ...db },
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
