import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import type { CloudAccess } from "../lab/cloud/cloud-server.ts";
import type { Report } from "../toolchain/report.ts";

const machine = z.object({
  id: z.number(),
  name: z.string(),
  status: z.string(),
});
type Machine = z.infer<typeof machine>;

/** How machines are listed and switched on at one provider. */
interface Console {
  readonly token: string;
  readonly list: string;
  readonly read: (body: unknown) => readonly Machine[];
  readonly boot: (id: number) => readonly [path: string, body: object];
}

const bootSeconds = 60;

/** Switches on what has no power, as after a restart of this machine, and waits until it boots. */
export async function bootMachines(
  access: CloudAccess,
  report: Report,
): Promise<void> {
  for (const console of consoles(access)) {
    const off = (await list(access, console)).filter(isOff);
    for (const { id, name } of off) {
      report(`${name} has no power: booting it`);
      const [path, body] = console.boot(id);
      await ask(access, console, path, body);
    }
    if (off.length > 0) await waitUntilOn(access, console);
  }
}

function consoles({ tokens }: CloudAccess): readonly Console[] {
  return [
    {
      token: tokens.hetzner,
      list: "/v1/servers?per_page=50",
      read: (body) =>
        z.object({ servers: z.array(machine) }).parse(body).servers,
      boot: (id) => [`/v1/servers/${id}/actions/poweron`, {}],
    },
    {
      token: tokens.digitalocean,
      list: "/v2/droplets?per_page=200",
      read: (body) =>
        z.object({ droplets: z.array(machine) }).parse(body).droplets,
      boot: (id) => [`/v2/droplets/${id}/actions`, { type: "power_on" }],
    },
  ];
}

const isOff = ({ status }: Machine) => status === "off";

async function list(
  access: CloudAccess,
  console: Console,
): Promise<readonly Machine[]> {
  return console.read(await ask(access, console, console.list));
}

async function waitUntilOn(
  access: CloudAccess,
  console: Console,
): Promise<void> {
  const end = Date.now() + bootSeconds * 1000;
  while ((await list(access, console)).some(isOff)) {
    if (Date.now() > end)
      throw new Error(`machines do not boot within ${bootSeconds} s`);
    await delay(200);
  }
}

async function ask(
  { endpoint }: CloudAccess,
  { token }: Console,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await fetch(`${endpoint}${path}`, {
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
    },
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`the lab's cloud: ${path}: ${text}`);
  return JSON.parse(text);
}
