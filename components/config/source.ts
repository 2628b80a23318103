import { z } from "zod";
import { isAddress, rangeOfSourcesFault } from "./address.ts";
import { domainNameFault } from "./name.ts";
import { text } from "./text.ts";

/** Everybody, as the source of a flow. */
export const anywhere = "anywhere";

const entry = text(
  (value) => {
    if (value === anywhere || isSourceRange(value)) {
      return value === anywhere ? undefined : rangeOfSourcesFault(value);
    }
    const fault = domainNameFault(value);
    if (!fault) return undefined;
    return {
      rule: "is neither 'anywhere', a host of this fleet, an address nor a CIDR range",
      hint: 'write "anywhere", the name of a host, or a range like "10.0.0.0/24"',
    };
  },
  { pattern: "^[A-Za-z0-9.:/%-]+$" },
);

/** Who may come in: `anywhere`, hosts of the fleet, addresses and ranges. */
export const sources = z
  .union([entry, z.array(entry).min(1)], {
    error: "must be a text or a list of texts",
  })
  .transform((value) => (Array.isArray(value) ? value : [value]));

/** True for what is written like an address or a range, right or wrong. */
export function isSourceRange(value: string): boolean {
  return isAddress(value) || /[/:]|^[\d.]+$/.test(value);
}
