import { generateKeyPairSync } from "node:crypto";
import { opensshEd25519 } from "../lab/plugins/tls/ed25519.ts";

/** A key pair as OpenSSH writes it. */
export interface SshKeys {
  readonly private: string;
  readonly public: string;
}

/** A new ed25519 key pair. Not from ssh2, which gets one of 256 wrong. */
export function makeSshKeys(): SshKeys {
  const { privateKey } = generateKeyPairSync("ed25519");
  const { privateText, publicLine } = opensshEd25519(privateKey);
  return { private: privateText, public: publicLine.trim() };
}
