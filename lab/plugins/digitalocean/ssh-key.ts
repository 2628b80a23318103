import { z } from "zod";
import type { ManagedResource } from "../shared/managed/resource.ts";
import type { DigitalOcean } from "./api.ts";
import { during, unlessMissing } from "./error.ts";

const answer = z.object({
  ssh_key: z.object({
    id: z.number(),
    name: z.string().default(""),
    public_key: z.string().default(""),
    fingerprint: z.string().default(""),
  }),
});
const inputs = z.object({ name: z.string(), publicKey: z.string() });

/** `digitalocean.SshKey`: a public key that new droplets are given. */
export const sshKey: ManagedResource<DigitalOcean> = {
  isAutonamed: true,
  // A newline at its end is no change.
  kept: { publicKey: (text) => text.trim() },
  create: async ({ api, inputs: given, made }) => {
    const { name, publicKey } = inputs.parse(given);
    const answered = await during("Error creating SSH Key", () =>
      api.ask("POST /account/keys", { name, public_key: publicKey }),
    );
    const { id } = answer.parse(answered).ssh_key;
    made(String(id));
    await during("Error retrieving SSH Key", () =>
      api.ask(`GET /account/keys/${id}`),
    );
    return undefined;
  },
  read: async ({ api, id }) => {
    const found = await unlessMissing("Error retrieving SSH key", () =>
      api.ask(`GET /account/keys/${id}`),
    );
    if (found === undefined) return undefined;
    const { name, public_key, fingerprint } = answer.parse(found).ssh_key;
    return { name, publicKey: public_key.trim(), fingerprint };
  },
  update: async ({ api, id, inputs: given }) => {
    const { name } = inputs.parse(given);
    await during("Failed to update SSH key", () =>
      api.ask(`PUT /account/keys/${id}`, { name }),
    );
    return undefined;
  },
  remove: async ({ api, id }) => {
    await during("Error deleting SSH key", () =>
      api.ask(`DELETE /account/keys/${id}`),
    );
  },
};
