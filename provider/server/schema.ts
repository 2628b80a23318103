import { version } from "./version.ts";

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

const configuration = {
  privateKey: { type: "string", secret: true },
  stack: { type: "string" },
  forgetHosts: { type: "array", items: { type: "string" } },
  connectTimeoutSeconds: { type: "number" },
  lockWaitSeconds: { type: "number" },
} as const;

/** The package schema, for other languages and for `pulumi package get-schema`. */
export function schema(): string {
  return JSON.stringify({
    name: "flotilla",
    version,
    license: "Apache-2.0",
    config: { variables: configuration },
    provider: {
      inputProperties: configuration,
      requiredInputs: ["privateKey"],
    },
    resources: {
      "flotilla:index:Manifest": {
        description: "The desired state of one concern on one host.",
        inputProperties,
        requiredInputs: ["host"],
        properties: outputProperties,
        required: ["observed", "revision", "facts"],
      },
    },
  });
}
