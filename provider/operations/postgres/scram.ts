import {
  createHash,
  createHmac,
  pbkdf2Sync,
  timingSafeEqual,
} from "node:crypto";

/** As many as PostgreSQL itself takes by default. */
const ITERATIONS = 4096;

const VERIFIER =
  /^SCRAM-SHA-256\$(\d{1,7}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;

/** What PostgreSQL keeps of a password (RFC 5803): enough to check it, not enough to log in with it. */
export function scramVerifier(password: string, salt: Buffer): string {
  const { storedKey, serverKey } = keysOf(password, salt, ITERATIONS);
  return `SCRAM-SHA-256$${String(ITERATIONS)}:${salt.toString("base64")}$${storedKey.toString("base64")}:${serverKey.toString("base64")}`;
}

/** Whether a verifier, made by anybody, is one of this password. */
export function isVerifierOf(verifier: string, password: string): boolean {
  const [, iterations, salt, stored, server] = VERIFIER.exec(verifier) ?? [];
  if (!iterations || !salt || !stored || !server) return false;
  const keys = keysOf(
    password,
    Buffer.from(salt, "base64"),
    Number(iterations),
  );
  return (
    isEqual(keys.storedKey, Buffer.from(stored, "base64")) &&
    isEqual(keys.serverKey, Buffer.from(server, "base64"))
  );
}

function keysOf(password: string, salt: Buffer, iterations: number) {
  const salted = pbkdf2Sync(password, salt, iterations, 32, "sha256");
  const clientKey = hmac(salted, "Client Key");
  return {
    storedKey: createHash("sha256").update(clientKey).digest(),
    serverKey: hmac(salted, "Server Key"),
  };
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
