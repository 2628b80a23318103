import type net from "node:net";
import ssh2 from "ssh2";

/** How a server treats logins. @default - it accepts all */
export interface SshServerOptions {
  readonly refuseLogins?: boolean;
  /** The only public key that opens it, as a line of authorized_keys. */
  readonly only?: string;
  /** The only login that it knows. */
  readonly user?: string;
}

/** An SSH server that counts who came. */
export interface SshServer {
  readonly port: number;
  readonly connections: () => number;
  /** Public keys that were offered. */
  readonly logins: () => number;
  readonly close: () => void;
}

/** Starts a server under a host key; `port` is a free one unless it is given. */
export async function sshServer(
  privateKey: string,
  options: SshServerOptions = {},
  port = 0,
): Promise<SshServer> {
  let connections = 0;
  let logins = 0;
  const server = new ssh2.Server({ hostKeys: [privateKey] }, (client) => {
    connections += 1;
    client.on("error", () => {
      // A client that leaves in the middle is what some of these tests are about.
    });
    client.on("authentication", (context) => {
      if (context.method === "publickey") logins += 1;
      if (accepts(context, options)) context.accept();
      else context.reject(["publickey"]);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as net.AddressInfo).port,
    connections: () => connections,
    logins: () => logins,
    close: () => {
      server.close();
    },
  };
}

function accepts(
  context: ssh2.AuthContext,
  { refuseLogins = false, only, user }: SshServerOptions,
): boolean {
  if (refuseLogins || (user !== undefined && context.username !== user))
    return false;
  if (only === undefined) return true;
  const blob = Buffer.from(only.split(" ")[1] ?? "", "base64");
  return context.method === "publickey" && context.key.data.equals(blob);
}
