import type { Connection, HostInput } from "../../manifest/manifest.ts";
import { publicHalfOfHostKey } from "../../manifest/host-key.ts";
import type { Items } from "../operations/index.ts";
import type { Contact, Way } from "../ssh/dial-ways.ts";
import { isAccepted, parseHostKey } from "../ssh/host-key.ts";

/** How a host may be entered while its declared connection is not open yet. */
export interface OtherWays {
  /** In the order in which they are tried, the declared connection's own before all. */
  readonly ways: readonly Way[];
  /** Seconds for all tries together. @default - the provider's own */
  readonly timeoutSeconds?: number | undefined;
  /** Whether the declared connection must open in the end; until then nothing is removed from the host. */
  readonly isTransition: boolean;
}

/**
 * The ways to a host on which no job of this manifest was committed yet; `undefined` where the connection alone opens it.
 * A manifest without items only looks: that the declared connection opens is the work of others.
 */
export function firstWays(
  { connection }: HostInput,
  items: Readonly<Record<string, unknown>>,
): OtherWays | undefined {
  const { first } = connection;
  const isTransition = Object.keys(items).length > 0;
  if (!first) return undefined;
  const hostKeys = unique([...connection.hostKeys, ...first.hostKeys]);
  const users = unique([connection.user, ...first.users]);
  const ways = unique([connection.port, ...first.ports]).flatMap((port) =>
    users.map((user) => ({ ...wayOf(connection), port, user, hostKeys })),
  );
  return { ways, timeoutSeconds: first.timeoutSeconds, isTransition };
}

/** What an update knows of how its host was entered before. */
export interface Move {
  readonly host: HostInput;
  readonly items: Items;
  readonly before: Connection;
  /** Ways that were open when an earlier job broke off. */
  readonly left: readonly Way[];
}

/** The ways to a host whose connection changes: the new one, then the old one. `undefined` where nothing else may open it. */
export function moveWays({
  host,
  items,
  before,
  left,
}: Move): OtherWays | undefined {
  const now = wayOf(host.connection);
  const hostKeys = unique([
    ...now.hostKeys,
    ...(isRotation(now, before, items) ? before.hostKeys : []),
    ...left.flatMap((way) => way.hostKeys),
  ]);
  // An address that was the host's may be a stranger's by now.
  const former = { ...wayOf(before), address: now.address };
  const ways = uniquePlaces([now, former, ...left]).map((way) => ({
    ...way,
    hostKeys,
  }));
  const { first } = host.connection;
  const isElsewhere = before.address !== now.address;
  // A machine that was made gets another address while it is off: it boots.
  const timeoutSeconds =
    isElsewhere || left.length > 0 ? first?.timeoutSeconds : undefined;
  const isTransition = ways.length > 1 || hostKeys.length > now.hostKeys.length;
  if (!isTransition && timeoutSeconds === undefined) return undefined;
  return { ways, timeoutSeconds, isTransition };
}

/** The ways to what is to be removed: how its host is entered by now, then how it was entered when it was made. */
export function removalWays(
  { connection }: HostInput,
  declared: Connection | undefined,
): OtherWays | undefined {
  if (!declared) return undefined;
  const ways = uniquePlaces([wayOf(declared), wayOf(connection)]);
  return ways.length === 1 ? undefined : { ways, isTransition: false };
}

/** Whether a contact came by the declared connection, under a key that it pins. */
export function isDeclared(
  { way, hostKey }: Contact,
  { connection }: HostInput,
): boolean {
  return (
    placeOf(way) === placeOf(connection) &&
    isAccepted(connection.hostKeys.map(parseHostKey), hostKey)
  );
}

/** An old host key counts only while the items bring the new one: else nobody but a stranger would show it. */
function isRotation(now: Way, before: Way, items: Items): boolean {
  return [...items.values()].some((item) => {
    if (item.kind !== "host-key") return false;
    const key = publicHalfOfHostKey(item.body.privateKey) ?? "";
    return has(now, key) && !has(before, key);
  });
}

function has({ hostKeys }: Way, key: string): boolean {
  const { blob } = parseHostKey(key);
  return isAccepted(hostKeys.map(parseHostKey), blob);
}

function wayOf({ address, port, user, hostKeys }: Way): Way {
  return { address, port, user, hostKeys };
}

function placeOf({ address, port, user }: Way): string {
  return JSON.stringify([address, port, user]);
}

function uniquePlaces(ways: readonly Way[]): Way[] {
  return [...new Map(ways.map((way) => [placeOf(way), way])).values()];
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
