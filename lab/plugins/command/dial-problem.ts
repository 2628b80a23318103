import ssh2 from "ssh2";
import type { Endpoint } from "./inputs.ts";

/** What keeps a key's text from being used at all; no dial is tried then. */
export function keyProblem({
  privateKey,
  privateKeyPassword,
  hostKey,
}: Endpoint): string | undefined {
  if (hostKey && ssh2.utils.parseKey(hostKey) instanceof Error) {
    return "failed to parse host key: ssh: no key found; last parsing error for ignored line: illegal base64 data at input byte 0";
  }
  if (!privateKey) return undefined;
  const key = ssh2.utils.parseKey(privateKey, privateKeyPassword ?? undefined);
  if (!(key instanceof Error)) return undefined;
  return /passphrase/i.test(key.message)
    ? "ssh: this private key is passphrase protected"
    : "ssh: no key found";
}

/** Why a try failed, in the words of Go's network and SSH packages. */
export function dialProblem(error: unknown, endpoint: Endpoint): string {
  const { code, level, message, address } = error as {
    readonly code?: string;
    readonly level?: string;
    readonly message: string;
    readonly address?: string;
  };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") {
    return `dial tcp: lookup ${endpoint.host}: no such host`;
  }
  const where = `dial tcp ${address ?? endpoint.host}:${endpoint.port}`;
  const refusal = networkErrors[code ?? ""];
  if (refusal) return `${where}: connect: ${refusal}`;
  if (level === "client-timeout") return `${where}: i/o timeout`;
  if (level === "client-authentication") {
    const ways = endpoint.privateKey ? "none publickey" : "none";
    return `ssh: handshake failed: ssh: unable to authenticate, attempted methods [${ways}], no supported methods remain`;
  }
  if (/host denied|verification failed/i.test(message)) {
    return "ssh: handshake failed: ssh: host key mismatch";
  }
  return message.startsWith("ssh: ")
    ? message
    : `ssh: handshake failed: ${message}`;
}

const networkErrors: Readonly<Record<string, string>> = {
  ECONNREFUSED: "connection refused",
  EHOSTUNREACH: "no route to host",
  ENETUNREACH: "network is unreachable",
  ETIMEDOUT: "connection timed out",
};
