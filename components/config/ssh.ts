import { z } from "zod";
import { privateKeyFault } from "./private-key.ts";
import { publicKey } from "./public-key.ts";
import { secretReference } from "./secret.ts";
import { localPath, port, text } from "./text.ts";

const userName = /^[a-z_][a-z0-9_-]{0,31}$/;

/** The Linux account that a host is entered with. */
export const user = text(
  (value) =>
    userName.test(value)
      ? undefined
      : {
          rule: "is not the name of a Linux user",
          hint: "use at most 32 lower-case letters, digits, '_' and '-'",
        },
  { pattern: userName.source },
);

/** How hosts are entered, unless a host says otherwise. */
export const ssh = z.strictObject({
  /** File with the SSH private key, readable by its owner alone; relative to the project, `~/` is the home folder. @default - where every host is made, the stack makes a key of its own */
  privateKeyFile: localPath
    .optional()
    .describe("File with the SSH private key, without passphrase"),
  /** The private key as a secret of the stack, where there is no file (CI). */
  privateKey: secretReference(privateKeyFault)
    .optional()
    .describe("The SSH private key as a secret of the stack"),
  /** A public key of your own that lets you in on every host without this program and its state. Outside the lab either this or `breakGlassKeyFile` is required. Updates in place. */
  breakGlassKey: publicKey
    .optional()
    .describe("Public key of your own that is let in on every host"),
  /** File with that public key, such as `~/.ssh/id_ed25519.pub`. Updates in place. */
  breakGlassKeyFile: localPath
    .optional()
    .describe("File with the public key that is let in on every host"),
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
