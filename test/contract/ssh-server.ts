import { spawn } from "node:child_process";
import { createConnection } from "node:net";
import ssh2 from "ssh2";

/** A key pair for a server or for a login. */
export type KeyPair = ssh2.utils.KeyPairReturn;

export interface SshServerArgs {
  readonly hostKey: string;
  /** The public keys that may log in, as root. */
  readonly accepted: readonly string[];
  /** Which variables of a client are taken. */
  readonly accepts: RegExp;
}

/** An SSH server of this test: a login is root's, a command runs in `bash -c` in the home folder. */
export interface SshServer {
  readonly port: number;
  readonly stop: () => void;
}

/** Starts a server on a free port of this machine. */
export function startSshServer(args: SshServerArgs): Promise<SshServer> {
  const server = new ssh2.Server({ hostKeys: [args.hostKey] }, (client) => {
    client.on("authentication", (context) => {
      if (isAccepted(context, args.accepted)) context.accept();
      else context.reject(["publickey"]);
    });
    client.on("session", (accept) => {
      const { port } = server.address() as { port: number };
      serveSession(accept(), {
        accepts: args.accepts,
        SSH_CONNECTION: `127.0.0.1 1 127.0.0.1 ${port}`,
      });
    });
    client.on("tcpip", (accept, _reject, { destIP, destPort }) => {
      const target = createConnection(destPort, destIP);
      const channel = accept();
      target.on("error", () => channel.end());
      channel.pipe(target).pipe(channel);
    });
    client.on("error", () => {
      // A client that leaves in the middle is what some of the tests are about.
    });
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      resolve({ port, stop: () => server.close() });
    });
  });
}

function isAccepted(
  context: ssh2.AuthContext,
  accepted: readonly string[],
): boolean {
  if (context.method !== "publickey" || context.username !== "root")
    return false;
  const { key, signature, blob } = context;
  return accepted.some((line) => {
    const known = ssh2.utils.parseKey(line);
    if (known instanceof Error || !known.getPublicSSH().equals(key.data))
      return false;
    return (
      !signature || !blob || known.verify(blob, signature, context.hashAlgo)
    );
  });
}

function serveSession(
  session: ssh2.Session,
  { accepts, ...own }: { accepts: RegExp; SSH_CONNECTION: string },
): void {
  const variables: Record<string, string> = { ...own };
  // The library's types name neither the function nor the value rightly.
  session.on("env", (accept: unknown, reject: unknown, info) => {
    const { key, val } = info;
    const isTaken = accepts.test(key);
    if (isTaken) variables[key] = val;
    const reply = isTaken ? accept : reject;
    (reply as (() => void) | undefined)?.();
  });
  session.on("exec", (accept, _reject, { command }) => {
    const channel = accept();
    const child = spawn("bash", ["-c", command], {
      cwd: process.env["HOME"],
      env: {
        PATH: process.env["PATH"],
        HOME: process.env["HOME"],
        ...variables,
      },
    });
    channel.pipe(child.stdin);
    child.stdin.on("error", () => {
      // A command need not read what it is given.
    });
    child.stdout.on("data", (bytes: Buffer) => channel.write(bytes));
    child.stderr.on("data", (bytes: Buffer) => channel.stderr.write(bytes));
    child.once("close", (code, signal) => {
      if (code !== null) channel.exit(code);
      else channel.exit((signal ?? "").slice(3));
      channel.end();
    });
  });
}
