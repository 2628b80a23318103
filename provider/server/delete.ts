import type provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import type { HostInput } from "../../manifest/manifest.ts";
import { DialError } from "../ssh/dial-error.ts";
import { removeAll } from "./converge.ts";
import { parseInputs } from "./inputs.ts";
import { decode } from "./property.ts";
import type { Session } from "./session.ts";
import { parseState } from "./state.ts";
import { taskOf, type Task } from "./task.ts";
import { removalWays } from "./ways.ts";

/** Removes from the host what is still the manifest's own, and says what stays. */
export async function remove(
  session: Session,
  request: provider_pb.DeleteRequest,
): Promise<empty_pb.Empty> {
  const oldInputs = parseInputs(decode(request.getOldInputs()));
  const task = taskOf(session, {
    manifestId: request.getId(),
    urn: request.getUrn(),
    inputs: oldInputs,
    state: parseState(decode(request.getProperties())),
    timeoutSeconds: request.getTimeout(),
    otherWays: removalWays(
      oldInputs.host,
      session.connectionOf(oldInputs.host.id),
    ),
  });
  const { inputs, log } = task;
  const { name } = inputs.host;
  if (session.configuration.forgetHosts.includes(name)) {
    const isGone = isWithoutMachine(session, inputs.host);
    if (!isGone || session.isFirstWarning(inputs.host, "gone"))
      log.say("warning", forgotten(task, isGone));
    return new empty_pb.Empty();
  }
  try {
    const { kept } = await removeAll(session, task);
    if (kept.length > 0)
      log.say("info", `${name}: stays on the host: ${kept.join(", ")}`);
  } catch (error) {
    if (!(error instanceof DialError) || error.failure === "cancelled")
      throw error;
    const gone = whyGone(session, inputs.host);
    if (gone !== undefined) {
      if (session.isFirstWarning(inputs.host, "gone")) log.say("warning", gone);
      return new empty_pb.Empty();
    }
    throw new Error(
      `${error.message} If the machine is gone for good, add '${name}' to forgetHosts, then run 'pulumi up', or 'pulumi destroy --run-program': a plain destroy reads no configuration`,
      { cause: error },
    );
  }
  return new empty_pb.Empty();
}

/** What is said of a machine that need not answer any more; `undefined` for any other. */
function whyGone(session: Session, host: HostInput): string | undefined {
  if (session.isReplaced(host)) return replaced(host);
  return isWithoutMachine(session, host) ? withoutMachine(host) : undefined;
}

/**
 * Whether a machine that was made is no more: its host was taken out, and still the engine asks for single things on it
 * to be removed, which it does not where it deletes the machine (`deletedWith`). A refresh has missed it. Nobody knows
 * where the program was not run.
 */
function isWithoutMachine(session: Session, { id }: HostInput): boolean {
  return (
    /^(hetzner|digitalocean)\//.test(id) &&
    session.hasDeclarations &&
    session.connectionOf(id) === undefined
  );
}

function withoutMachine({ name, id }: HostInput): string {
  return `${name}: its machine ${id} is not in this stack any more, and does not answer: what was on it is gone with it`;
}

function replaced({ name, id }: HostInput): string {
  return `${name}: its machine ${id} is not reached any more, and another one takes its place: nothing was removed there`;
}

function forgotten({ items, inputs }: Task, isGone: boolean): string {
  const { name, id } = inputs.host;
  if (isGone)
    return `${name}: forgotten, not contacted: what was on its machine ${id} is gone with it`;
  const left = [...items.keys()].join(", ");
  return `${name}: forgotten, not contacted. Left there: ${left || "nothing"}`;
}
