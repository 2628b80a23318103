import { z } from "zod";
import { absolutePath } from "./items.ts";
import { sqlName } from "./postgres.ts";

const timing = {
  /** Seconds between two tries (0.05–60). The first tries follow faster. @default 1 */
  intervalSeconds: z.number().min(0.05).max(60).default(1),
  /** Seconds until the gate counts as failed (1–3600). @default 30 */
  deadlineSeconds: z.number().min(1).max(3600).default(30),
  /** Successes in a row that are needed (1–20). @default 1 */
  successes: z.number().int().min(1).max(20).default(1),
  /** The unit behind the gate: a failing gate looks at it first and shows the end of its log. */
  unit: z.string().optional(),
};

const endpoint = {
  /** An IPv4 or IPv6 address or a name, as seen from the host. @default "127.0.0.1" */
  address: z
    .string()
    .regex(/^[A-Za-z0-9.:-]+$/)
    .default("127.0.0.1"),
  /** 1–65535. */
  port: z.number().int().min(1).max(65535),
};

const viewpoint = {
  /** Who looks: the host, or the machine that the program runs on (only in a manifest without items). @default "host" */
  from: z.enum(["host", "outside"]).default("host"),
};

const accountName = z.string().regex(/^[a-z_][a-z0-9_-]{0,31}$/);

/** What a gate may check. */
export const gate = z.discriminatedUnion("kind", [
  /** systemd calls the unit active. */
  z.strictObject({ kind: z.literal("unit"), ...timing, unit: z.string() }),
  /** Something accepts a connection. */
  z.strictObject({
    kind: z.literal("tcp"),
    ...endpoint,
    ...viewpoint,
    ...timing,
  }),
  /** An HTTP GET answers with this status and a body that contains this text. */
  z.strictObject({
    kind: z.literal("http"),
    ...endpoint,
    ...viewpoint,
    path: z
      .string()
      .regex(/^\/[!-~]*$/)
      .default("/"),
    /** The Host header. @default - the address */
    host: z
      .string()
      .regex(/^[A-Za-z0-9.:_-]+$/)
      .optional(),
    status: z.number().int().min(100).max(599).default(200),
    body: z
      .string()
      .regex(/^[^\t\n\r\0]*$/)
      .optional(),
    ...timing,
  }),
  /** Redis answers PING, and gives back a value that was SET. */
  z.strictObject({
    kind: z.literal("redis"),
    ...endpoint,
    /** A file on the host with a line `requirepass "…"`. @default - no password */
    passwordFile: z.string().optional(),
    ...timing,
  }),
  /** A role logs in to PostgreSQL, over TLS from another host; where asked it also creates, inserts, reads back and drops. */
  z.strictObject({
    kind: z.literal("postgres"),
    ...endpoint,
    database: sqlName,
    role: sqlName,
    /** A file on the host that looks, in the format of `~/.pgpass`. */
    passwordFile: absolutePath,
    /** `schema` needs the right to create schemas in the database. @default "login" */
    probe: z.enum(["login", "schema"]).default("login"),
    ...timing,
  }),
  /** sshd would let a user in with the public key in a file: it is asked without the private one. */
  z.strictObject({
    kind: z.literal("ssh-key"),
    user: accountName,
    /** File on the host with the public key. */
    file: absolutePath,
    ...timing,
  }),
  /**
   * The first boot is done, and did what its user data says. Once other user data is declared, errors of that boot do not
   * count any more: items bring the host there. Users and host name count always.
   */
  z.strictObject({
    kind: z.literal("cloud-init"),
    /** `userDataDigest` of the declared user data: SHA-256 in hex. */
    userData: z.string().regex(/^[0-9a-f]{64}$/),
    /** Accounts that must be there. */
    users: z.array(accountName),
    /** What the host must call itself. @default - anything */
    hostname: z
      .string()
      .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/)
      .optional(),
    ...timing,
    /** Seconds until the gate counts as failed (1–3600). @default 300 */
    deadlineSeconds: z.number().min(1).max(3600).default(300),
  }),
  /** `nginx -t` accepts the configuration. */
  z.strictObject({ kind: z.literal("nginx"), ...timing }),
]);

export type Gate = z.output<typeof gate>;
export type GateArgs = z.input<typeof gate>;
/** A gate that the machine of the program looks through. */
export type OutsideGate = Extract<Gate, { from: unknown }>;

/** Whether the machine that the program runs on looks, and not the host. */
export function isOutside(gate: Gate): gate is OutsideGate {
  return "from" in gate && gate.from === "outside";
}
