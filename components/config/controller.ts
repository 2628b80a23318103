import type { NetworkInterfaceInfo } from "node:os";
import { isAddress, isInRange } from "./address.ts";

/** What `os.networkInterfaces()` returns. */
export type Interfaces = Readonly<
  Partial<Record<string, readonly NetworkInterfaceInfo[]>>
>;

/**
 * The address that `host` sees this program come from: known where the host is on a network of
 * this machine, since no router rewrites addresses between them.
 */
export function controllerAddressFor(
  host: string,
  interfaces: Interfaces,
): string | undefined {
  if (!isAddress(host)) return undefined;
  return Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, cidr }) => !internal && cidr !== null)
    .find(({ cidr }) => isInRange(host, cidr ?? ""))?.address;
}
