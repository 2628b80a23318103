import type { HostInput } from "../../manifest/manifest.ts";
import {
  parseObservation,
  renderObserve,
  type Observation,
  type ObserveRequest,
} from "../facts/index.ts";
import { scriptCommand } from "../runtime/remote-shell.ts";
import { run } from "../ssh/channel.ts";
import type { Entrance } from "../ssh/pool.ts";
import type { Session } from "./session.ts";

/** Reads everything that a manifest speaks of, in one round trip; changes nothing on the host. */
export async function observe(
  session: Session,
  host: HostInput,
  request: ObserveRequest,
  entrance?: Entrance,
): Promise<Observation> {
  const { client, way } = await session.pool.connect(host, entrance);
  const runtime = await session.runtime();
  const script = `${runtime.observe}\n${renderObserve(request)}`;
  const command = scriptCommand(way);
  const { code, stdout, stderr } = await run(client, command, script);
  if (code !== 0)
    throw new Error(observeFailure(host.name, way.user, code, stderr));
  return parseObservation(stdout);
}

function observeFailure(
  name: string,
  user: string,
  code: number | undefined,
  stderr: string,
): string {
  const text = stderr.trim();
  if (user !== "root" && /sudo: /.test(text)) {
    return `${name}: user ${user} cannot become root without a password (${text}). Add the line '${user} ALL=(ALL) NOPASSWD: ALL' to a file in /etc/sudoers.d/`;
  }
  return `${name}: could not be observed (exit code ${String(code)}): ${text}`;
}
