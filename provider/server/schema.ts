import { components } from "../schema/components.ts";
import { description, version } from "./version.ts";

const anyMap = {
  type: "object",
  additionalProperties: { $ref: "pulumi.json#/Any" },
} as const;

const textMap = {
  type: "object",
  additionalProperties: { type: "string" },
} as const;

const inputProperties = {
  host: {
    ...anyMap,
    description:
      "`id`, `name` and `connection` (`address`, `port`, `user`, `hostKeys`). Another `id` replaces what was on the host.",
  },
  items: {
    ...anyMap,
    description: "What must be there: `<kind>:<name>` to the item.",
  },
  gates: {
    ...anyMap,
    description:
      "What must hold afterwards, by name; a failing gate rolls the change back.",
  },
  watch: {
    ...textMap,
    description:
      "Revisions of what the gates look at elsewhere: a change runs them again.",
  },
  deadlineSeconds: {
    type: "number",
    description:
      "Deadline of a whole job in seconds (10–7200); 1800 by default.",
  },
} as const;

const outputProperties = {
  observed: {
    ...textMap,
    description: "What was seen on the host, item by item.",
  },
  revision: {
    type: "string",
    description: "Hash of the inputs; never secret.",
  },
  facts: { ...anyMap, description: "What was read from the host." },
} as const;

const preflight = {
  description:
    "Looks at new and changed hosts, in parallel, before anything is changed on any of them. All problems are one error.",
  inputProperties: {
    hosts: {
      ...anyMap,
      description:
        "By name: `host` as of a Manifest, `ports` that will be listened on, `declared` sizes, `firewall`. Another entry looks at the host again.",
    },
    requirements: {
      ...anyMap,
      description:
        "`minDiskGb`, `minMemoryMb`, `minCpus`, and `ignore`: checks whose problems are warnings.",
    },
  },
  requiredInputs: ["hosts"],
  properties: {
    results: {
      ...anyMap,
      description:
        "By host: `detected` facts, `declared` sizes, and their `differences` in words.",
    },
  },
  required: ["results"],
} as const;

const acceptedHostKey = {
  description:
    "The key that a host shows at its first contact, accepted because it came first, and recorded: from then on no other one is. Said as a warning.",
  inputProperties: {
    hostId: {
      type: "string",
      description:
        "Identity of the machine: another one has a first contact of its own.",
    },
    name: { type: "string", description: "The name that messages use." },
    address: {
      type: "string",
      description: "Where the host is. Another address keeps the key.",
    },
    port: { type: "integer", description: "Port of sshd; 22 by default." },
    pinned: {
      type: "array",
      items: { type: "string" },
      description:
        "Keys that are known beforehand: nothing is accepted then. Default: none.",
    },
  },
  requiredInputs: ["hostId", "name", "address"],
  properties: {
    hostKeys: {
      type: "array",
      items: { type: "string" },
      description: "The keys that are accepted, each as in known_hosts.",
    },
    fingerprint: {
      type: "string",
      description: "The recorded key, as `SHA256:…`.",
    },
    acceptedAt: {
      type: "string",
      description: "When it was accepted; empty where it was pinned.",
    },
  },
  required: ["hostKeys", "fingerprint", "acceptedAt"],
} as const;

const machineSnapshots = {
  description:
    "Snapshots of a host's machine at its provider, each made before what is watched changes. They stay when this is deleted.",
  inputProperties: {
    provider: { type: "string", description: "`hetzner` or `digitalocean`." },
    machine: {
      type: "string",
      description: "The provider's number of the machine.",
    },
    hostId: { type: "string", description: "Identity of the machine." },
    stack: {
      type: "string",
      description: "The stack, as labels at the provider have it.",
    },
    host: { type: "string", description: "Name of the host." },
    keep: { type: "integer", description: "How many are kept (1–100)." },
    watch: {
      ...textMap,
      description: "What a change of makes a snapshot, before it is made.",
    },
    price: {
      ...anyMap,
      description: "What they cost: `perGbMonth`, `currency`, `asOf`.",
    },
  },
  requiredInputs: ["provider", "machine", "hostId", "stack", "host", "keep"],
  properties: {
    snapshots: {
      type: "array",
      items: anyMap,
      description:
        "Those that are kept, the newest first: `id`, `name`, `createdAt`, `sizeGb`.",
    },
  },
  required: ["snapshots"],
} as const;

const configuration = {
  privateKey: {
    type: "string",
    secret: true,
    description:
      "The text of the SSH private key, unprotected by a passphrase. A new key dials nothing by itself.",
  },
  previousPrivateKey: {
    type: "string",
    secret: true,
    description:
      "The key before that one: tried after it, until every host knows the new one. Default: none.",
  },
  stack: {
    type: "string",
    description:
      "Who a host's lock names as its holder, in messages. Default: flotilla.",
  },
  forgetHosts: {
    type: "array",
    items: { type: "string" },
    description:
      "Hosts that are gone for good: a delete succeeds without them and lists what was left. Default: none.",
  },
  replace: {
    type: "array",
    items: { type: "string" },
    description:
      "Hosts whose machine was rebuilt: everything on them is put back, and the key of a first contact is believed once more. Default: none.",
  },
  connectTimeoutSeconds: {
    type: "number",
    description:
      "Seconds until a connection that is not answered counts as failed (1–600). Default: 20.",
  },
  lockWaitSeconds: {
    type: "number",
    description:
      "Seconds to wait for another job on the same host (0–3600). Default: 300.",
  },
  hetznerToken: {
    type: "string",
    secret: true,
    description:
      "The token of Hetzner Cloud's API, for snapshots. Default: HCLOUD_TOKEN of the environment.",
  },
  hetznerEndpoint: {
    type: "string",
    description:
      "The address of Hetzner Cloud's API. Default: HCLOUD_ENDPOINT of the environment, else the provider's own.",
  },
  digitaloceanToken: {
    type: "string",
    secret: true,
    description:
      "The token of DigitalOcean's API, for snapshots. Default: DIGITALOCEAN_TOKEN of the environment.",
  },
  digitaloceanEndpoint: {
    type: "string",
    description:
      "The address of DigitalOcean's API. Default: DIGITALOCEAN_API_URL of the environment, else the provider's own.",
  },
} as const;

/** The package schema, for other languages and for `pulumi package get-schema`. */
export function schema(): string {
  return JSON.stringify({
    name: "flotilla",
    displayName: "Flotilla",
    version,
    description,
    license: "Apache-2.0",
    keywords: ["pulumi", "category/infrastructure", "kind/component"],
    config: { variables: configuration },
    provider: {
      description:
        "The way to the hosts: one per fleet, given to every component as its `provider`.",
      inputProperties: configuration,
      requiredInputs: ["privateKey"],
    },
    resources: {
      ...components,
      "flotilla:index:Manifest": {
        description: "The desired state of one concern on one host.",
        inputProperties,
        requiredInputs: ["host"],
        properties: outputProperties,
        required: ["observed", "revision", "facts"],
      },
      "flotilla:index:Preflight": preflight,
      "flotilla:index:AcceptedHostKey": acceptedHostKey,
      "flotilla:index:MachineSnapshots": machineSnapshots,
    },
  });
}
