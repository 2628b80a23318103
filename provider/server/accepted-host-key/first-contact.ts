import type {
  AcceptedHostKeyInputs,
  AcceptedHostKeyOutputs,
} from "../../../manifest/accepted-host-key.ts";
import { shownKey } from "../../ssh/shown-key.ts";
import type { ResourceLog } from "../engine.ts";
import type { Session } from "../session.ts";
import { namesOf } from "./state.ts";

/** Takes the key that a host shows, and says so. */
export async function firstContact(
  session: Session,
  inputs: AcceptedHostKeyInputs,
  log: ResourceLog,
): Promise<AcceptedHostKeyOutputs> {
  const { name, address, port } = inputs;
  const key = await shownKey(
    { address, port },
    {
      name,
      timeoutSeconds: session.configuration.connectTimeoutSeconds,
      signal: session.signal,
    },
  );
  session.trace("dial", name, "asked for its key");
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
