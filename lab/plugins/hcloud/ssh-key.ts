import { z } from "zod";
import type { Found, ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import { labelProblems, labels } from "./labels.ts";

const answer = z.object({
  ssh_key: z.object({
    id: z.number(),
    name: z.string(),
    fingerprint: z.string().default(""),
    public_key: z.string().default(""),
    labels,
  }),
});
const inputs = z.object({
  name: z.string(),
  publicKey: z.string(),
  labels,
});

/** `hcloud.SshKey`: a public key that new servers are given. */
export const sshKey: ManagedResource<Hetzner> = {
  style: "framework",
  isAutonamed: true,
  computed: ["labels"],
  replaces: ["publicKey"],
  problems: labelProblems,
  create: async ({ api, inputs: given, made }) => {
    const { publicKey, ...rest } = inputs.parse(given);
    const body = { ...rest, public_key: publicKey };
    const key = answer.parse(await api.ask("POST /ssh_keys", body)).ssh_key;
    made(String(key.id));
    return outputsOf(key);
  },
  read: async ({ api, id }) => {
    const found = await unlessMissing(() => api.ask(`GET /ssh_keys/${id}`));
    return found === undefined
      ? undefined
      : outputsOf(answer.parse(found).ssh_key);
  },
  update: async ({ api, id, inputs: given, changed }) => {
    const wanted = inputs.parse(given);
    const body = {
      ...(changed.has("name") && { name: wanted.name }),
      ...(changed.has("labels") && { labels: wanted.labels }),
    };
    return outputsOf(
      answer.parse(await api.ask(`PUT /ssh_keys/${id}`, body)).ssh_key,
    );
  },
  remove: async ({ api, id }) => {
    await api.ask(`DELETE /ssh_keys/${id}`);
  },
};

function outputsOf(key: z.infer<typeof answer>["ssh_key"]): Found {
  return {
    name: key.name,
    fingerprint: key.fingerprint,
    publicKey: key.public_key,
    labels: key.labels,
  };
}
