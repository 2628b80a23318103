import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type KeyObject,
} from "node:crypto";
import { promisify } from "node:util";
import ssh2 from "ssh2";
import { generateEd25519, opensshEd25519 } from "./ed25519.ts";

/** The algorithms of a key, as the official plugin lists them. */
export const algorithms = ["RSA", "ECDSA", "ED25519"] as const;

/** The curves of an ECDSA key. */
export const curves = ["P224", "P256", "P384", "P521"] as const;

/** What kind of key is wanted. */
export interface KeyRecipe {
  readonly algorithm: (typeof algorithms)[number];
  readonly ecdsaCurve: (typeof curves)[number];
  readonly rsaBits: number;
}

/** A key pair in its text forms; OpenSSH has none for the curve P224. */
export interface Key {
  readonly publicKey: KeyObject;
  /** The form that is usual for the algorithm: PKCS#1, SEC 1 or PKCS#8. */
  readonly pem: string;
  readonly pkcs8: string;
  readonly openssh?: OpensshKey;
}

/** A key pair as OpenSSH writes it, each text with a newline at its end. */
export interface OpensshKey {
  readonly privateText: string;
  readonly publicLine: string;
  readonly publicBlob: Buffer;
}

/** Makes a key pair from the machine's cryptographic randomness. */
export async function generateKey(recipe: KeyRecipe): Promise<Key> {
  if (recipe.algorithm === "ECDSA" && recipe.ecdsaCurve === "P224") {
    const pair = await promisify(generateKeyPair)("ec", {
      namedCurve: "secp224r1",
    });
    return textsOf(recipe, pair.privateKey);
  }
  if (recipe.algorithm === "ED25519") {
    const key = await generateEd25519();
    return { ...textsOf(recipe, key), openssh: opensshEd25519(key) };
  }
  const pair = await generateOpenssh(recipe);
  const parsed = ssh2.utils.parseKey(pair.private);
  if (parsed instanceof Error) throw parsed;
  const openssh = {
    privateText: pair.private,
    publicLine: `${pair.public.trim()}\n`,
    publicBlob: parsed.getPublicSSH(),
  };
  return {
    ...textsOf(recipe, createPrivateKey(parsed.getPrivatePEM())),
    openssh,
  };
}

function generateOpenssh(recipe: KeyRecipe): Promise<ssh2.utils.KeyPairReturn> {
  const { algorithm, ecdsaCurve, rsaBits } = recipe;
  return new Promise((resolve, reject) => {
    const done = (
      error: Error | null,
      pair: ssh2.utils.KeyPairReturn,
    ): void => {
      if (error) reject(error);
      else resolve(pair);
    };
    if (algorithm === "RSA") {
      ssh2.utils.generateKeyPair("rsa", { bits: rsaBits }, done);
    } else {
      const bits = { P256: 256, P384: 384, P521: 521, P224: 256 } as const;
      ssh2.utils.generateKeyPair("ecdsa", { bits: bits[ecdsaCurve] }, done);
    }
  });
}

function textsOf({ algorithm }: KeyRecipe, key: KeyObject): Key {
  const usual = { RSA: "pkcs1", ECDSA: "sec1", ED25519: "pkcs8" } as const;
  const text = (type: "pkcs1" | "sec1" | "pkcs8") =>
    key.export({ type, format: "pem" }).toString();
  return {
    publicKey: createPublicKey(key),
    pem: text(usual[algorithm]),
    pkcs8: text("pkcs8"),
  };
}
