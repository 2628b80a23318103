import { z } from "zod";

const text = z.string().nullish();

const endpoint = z.object({
  host: z.string(),
  port: z.number().default(22),
  user: z.string().default("root"),
  hostKey: text,
  privateKey: text,
  privateKeyPassword: text,
  password: text,
  agentSocketPath: text,
  dialErrorLimit: z.number().int().default(10),
  perDialTimeout: z.number().int().default(15),
});

/** One SSH server, and how to log in there. */
export type Endpoint = z.output<typeof endpoint>;

const connection = endpoint.extend({ proxy: endpoint.nullish() });

/** The server to run a command on, and the one to go through. */
export type Connection = z.output<typeof connection>;

/** The inputs of a command, secrets in clear. */
export const commandInputs = z.object({
  create: text,
  update: text,
  delete: text,
  stdin: text,
  environment: z.record(z.string(), z.string()).nullish(),
  addPreviousOutputInEnv: z.boolean().nullish(),
  logging: text,
  dir: text,
  interpreter: z.array(z.string()).nullish(),
  assetPaths: z.array(z.string()).nullish(),
  archivePaths: z.array(z.string()).nullish(),
  connection: connection.nullish(),
});

export type CommandInputs = z.output<typeof commandInputs>;
