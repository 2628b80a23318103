import type {
  AcceptedHostKeyInputs,
  AcceptedHostKeyOutputs,
} from "../../../manifest/accepted-host-key.ts";
import { shownKey } from "../../ssh/shown-key.ts";
import type { ResourceLog } from "../engine.ts";
import type { Session } from "../session.ts";
import { namesOf, shareKey } from "./state.ts";

/** Takes the key that a host shows, and says so. */
export async function firstContact(
  session: Session,
  inputs: AcceptedHostKeyInputs,
  log: ResourceLog,
): Promise<AcceptedHostKeyOutputs> {
  return accept(await ask(session, inputs), inputs, log);
}

/** What is known of a host that was rebuilt, as its user says. */
export interface KnownHost {
  readonly inputs: AcceptedHostKeyInputs;
  readonly recorded: AcceptedHostKeyOutputs;
  readonly log: ResourceLog;
}

/** Takes another key than the recorded one, and says both; the recorded one stays where it is still shown. */
export async function contactAgain(
  session: Session,
  { inputs, recorded, log }: KnownHost,
): Promise<AcceptedHostKeyOutputs> {
  const key = await ask(session, inputs);
  if (shareKey([key], recorded.hostKeys)) return recorded;
  log.say(
    "warning",
    `${inputs.name} stands in replace: the recorded host key ${recorded.fingerprint} does not count any more`,
  );
  return accept(key, inputs, log);
}

async function ask(
  session: Session,
  { name, address, port }: AcceptedHostKeyInputs,
): Promise<string> {
  const { signal, configuration } = session;
  const timeoutSeconds = configuration.connectTimeoutSeconds;
  const place = { address, port };
  const key = await shownKey(place, { name, timeoutSeconds, signal });
  session.trace("dial", name, "asked for its key");
  return key;
}

function accept(
  key: string,
  { name, address, port }: AcceptedHostKeyInputs,
  log: ResourceLog,
): AcceptedHostKeyOutputs {
  const print = namesOf([key]);
  log.say(
    "warning",
    `${name}: accepted the host key ${print}, which nobody pinned, because ${address}, port ${String(port)}, showed it first (acceptNewHostKey). Compare it with what 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub' says on the machine's console: another one there means that somebody is in between. It is recorded, and from now on no other key is accepted`,
  );
  return {
    hostKeys: [key],
    fingerprint: print,
    acceptedAt: new Date().toISOString(),
  };
}
