import { z } from "zod";
import { localPath, port, text } from "./text.ts";

/** The place of a secret: its name, never its value. */
export const secretReference = z.strictObject({
  /** Name of a secret of the stack: `pulumi config set --secret flotilla:<name>`. */
  secret: text((value) =>
    /^[A-Za-z0-9._-]{1,100}$/.test(value)
      ? undefined
      : {
          rule: "is not the name of a configuration key",
          hint: "use letters, digits, '.', '_' and '-'",
        },
  ).describe("Name of a secret of the stack"),
});

/** The Linux account that a host is entered with. */
export const user = text((value) =>
  /^[a-z_][a-z0-9_-]{0,31}$/.test(value)
    ? undefined
    : {
        rule: "is not the name of a Linux user",
        hint: "use at most 32 lower-case letters, digits, '_' and '-'",
      },
);

/** How hosts are entered, unless a host says otherwise. */
export const ssh = z.strictObject({
  /** File with the SSH private key, readable by its owner alone; relative to the project, `~/` is the home folder. */
  privateKeyFile: localPath
    .optional()
    .describe("File with the SSH private key, without passphrase"),
  /** The private key as a secret of the stack, where there is no file (CI). */
  privateKey: secretReference
    .optional()
    .describe("The SSH private key as a secret of the stack"),
  /** Login on the hosts; when it is not root it needs passwordless sudo. Updates in place. @default "root" */
  user: user.default("root").describe("Login on the hosts"),
  /** Port of sshd. Updates in place. @default 22 */
  port: port.default(22).describe("Port of sshd"),
  /** File in the form of known_hosts that the host keys are taken from. @default - every host has a `hostKey` */
  knownHostsFile: localPath
    .optional()
    .describe("File in the form of known_hosts with the keys of the hosts"),
  /** Seconds until a connection that is not answered counts as failed (1–600). @default 20 */
  connectTimeoutSeconds: z
    .number()
    .min(1, "must be from 1 to 600")
    .max(600, "must be from 1 to 600")
    .optional()
    .describe("Seconds until an unanswered connection counts as failed"),
});

export type SshConfig = z.output<typeof ssh>;
