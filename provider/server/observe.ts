import type { HostInput } from "../../manifest/manifest.ts";
import {
  parseObservation,
  renderObserve,
  type Observation,
  type ObserveRequest,
} from "../facts/index.ts";
import { scriptCommand } from "../runtime/remote-shell.ts";
import { run } from "../ssh/channel.ts";
import type { Session } from "./session.ts";

/** Reads everything that a manifest speaks of, in one round trip; changes nothing on the host. */
export async function observe(
  session: Session,
  host: HostInput,
  request: ObserveRequest,
): Promise<Observation> {
  const client = await session.pool.connect(host);
  const runtime = await session.runtime();
  const script = `${runtime.observe}\n${renderObserve(request)}`;
  const command = scriptCommand(host.connection);
  const { code, stdout, stderr } = await run(client, command, script);
  if (code !== 0) throw new Error(observeFailure(host, code, stderr));
  return parseObservation(stdout);
}

function observeFailure(
  host: HostInput,
  code: number | undefined,
  stderr: string,
): string {
  const text = stderr.trim();
  const user = host.connection.user;
  if (user !== "root" && /sudo: /.test(text)) {
    return `${host.name}: user ${user} cannot become root without a password (${text}). Add the line '${user} ALL=(ALL) NOPASSWD: ALL' to a file in /etc/sudoers.d/`;
  }
  return `${host.name}: could not be observed (exit code ${String(code)}): ${text}`;
}
