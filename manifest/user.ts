import { z } from "zod";

/** The name of an account that a manifest may own: lower case, as Debian's useradd takes it. */
export const userName = z
  .string()
  .regex(/^[a-z_][a-z0-9_-]{0,31}$/, "must be a Linux user or group name")
  .refine((name) => name !== "root", "must not be root");

const place = z
  .string()
  .max(255)
  .regex(
    /^\/[^\0-\x20:\x7f]*$/,
    "must be an absolute path without blanks, colons and control characters",
  )
  .refine(
    (path) => !/\/(\.{1,2}(\/|$)|\/|$)/.test(path),
    "must be normalised: no '..', '.', '//' and no trailing slash",
  );

/** A Linux account without a usable password: whoever has it comes in by key, or not at all. */
export const userItem = z
  .strictObject({
    /** The number of the account, 100–59999; never changed on an account that exists. @default - the next free one */
    uid: z.number().int().min(100).max(59999).optional(),
    /** Program that a login starts. @default "/bin/bash" */
    shell: place.default("/bin/bash"),
    /** Folder of the account; never moved on an account that exists. @default - `/home/<name>` */
    home: place.optional(),
    /** Supplementary groups, exactly these; they must exist. @default [] */
    groups: z.array(userName).default([]),
    /** Makes it below 1000, without an end date; counts when the account is made. @default false */
    system: z.boolean().default(false),
    /** What the account is for, as `getent passwd` shows it. @default "" */
    comment: z
      .string()
      .max(120)
      .regex(/^[^\p{Cc}:,]*$/u, "must not hold ':', ',' or control characters")
      .default(""),
    /** Keeps the home when the account is removed. @default true */
    keepData: z.boolean().default(true),
    /** Takes over an account that exists and is nobody's; below 1000 only with `system`. It is never removed. @default false */
    adopt: z.boolean().default(false),
  })
  .refine(({ uid, system }) => uid === undefined || uid < 1000 === system, {
    path: ["uid"],
    error: "must be 1000–59999, or 100–999 with system",
  });
