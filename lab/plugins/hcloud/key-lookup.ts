import { z } from "zod";
import type { Hetzner } from "./api.ts";

const one = z.object({ ssh_key: z.object({ id: z.number() }) });
const list = z.object({
  ssh_keys: z.array(z.object({ id: z.number() })).default([]),
});

/** The ids of keys that are named by id or by name. */
export async function findKeys(
  api: Hetzner,
  names: readonly string[],
): Promise<number[]> {
  const ids: number[] = [];
  for (const name of names) ids.push(await findKey(api, name));
  return ids;
}

async function findKey(api: Hetzner, name: string): Promise<number> {
  if (/^\d+$/.test(name))
    return one.parse(await api.ask(`GET /ssh_keys/${name}`)).ssh_key.id;
  const query = `name=${encodeURIComponent(name)}`;
  const found = list.parse(await api.ask(`GET /ssh_keys?${query}`));
  const [key] = found.ssh_keys;
  if (!key) throw new Error(`SSH key not found: ${name}`);
  return key.id;
}
