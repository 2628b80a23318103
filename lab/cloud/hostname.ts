import { z } from "zod";

const part = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

/** What a droplet or server may call itself. */
export const hostname = z
  .string()
  .max(253, "is too long")
  .regex(new RegExp(`^${part}(\\.${part})*$`), "is no host name");

/** User data of at most so many KiB, as one posts it; none is the empty text. */
export function userData(mostKib: number) {
  const fits = (text: string) => Buffer.byteLength(text) <= mostKib * 1024;
  return z
    .string()
    .refine(fits, `is longer than ${mostKib * 1024} bytes`)
    .default("");
}
