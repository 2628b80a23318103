import { z } from "zod";
import { name } from "../../config/name.ts";
import { text } from "../../config/text.ts";

const directives = text((value) => {
  if (value.length > 65536) {
    return {
      rule: "is longer than 65536 characters",
      hint: "split it, or serve it from a package of your own",
    };
  }
  // eslint-disable-next-line no-control-regex
  if (!/[\0-\x08\x0b-\x1f\x7f]/.test(value)) return undefined;
  return {
    rule: "holds a control character",
    hint: "use newlines and tabs only",
  };
});

/** An nginx server; sites on the same host are served by it. */
export const nginx = z.strictObject({
  type: z.literal("nginx").describe("The kind of service"),
  /** Name of the host. Replaces the service. */
  host: name.describe("Name of the host"),
  /** Directives at the level of `http`, in a file of their own. Validated by nginx before a reload. @default - none */
  config: directives
    .optional()
    .describe("Directives of nginx at the level of http"),
  /** Takes away from nginx what it does not need (docs/hardening.md). Restarts nginx. @default true */
  sandbox: z
    .boolean()
    .optional()
    .describe("Takes away from nginx what it does not need"),
  /** Removes the package when the service is destroyed. @default false */
  purge: z
    .boolean()
    .default(false)
    .describe("Removes the package when the service is destroyed"),
});

export type NginxConfig = z.output<typeof nginx>;
