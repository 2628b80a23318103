import { createHash, type KeyObject } from "node:crypto";
import { z } from "zod";
import type {
  Generated,
  InputProblem,
  Resource,
} from "../shared/bridged/resource.ts";
import type { PropertyMap } from "../../../provider/server/property.ts";
import { algorithms, curves, generateKey, type Key } from "./key.ts";

const recipe = z.object({
  algorithm: z.enum(algorithms),
  ecdsaCurve: z.enum(curves),
  rsaBits: z.number().int(),
});

/** `tls.PrivateKey`: a key pair in the forms that PEM, PKCS#8 and OpenSSH give it. */
export const privateKey: Resource = {
  withDefaults: (inputs) => ({ ecdsaCurve: "P224", rsaBits: 2048, ...inputs }),
  problems: (inputs) => [
    ...oneOf(inputs, "algorithm", ["algorithm", algorithms]),
    ...oneOf(inputs, "ecdsaCurve", ["ecdsa_curve", curves]),
  ],
  generate: async (inputs) => describe(await generateKey(recipe.parse(inputs))),
  diffsNameComputed: true,
  schemaVersion: "1",
};

function oneOf(
  inputs: PropertyMap,
  property: string,
  [attribute, allowed]: readonly [string, readonly string[]],
): InputProblem[] {
  const value = inputs[property];
  if (typeof value !== "string" || allowed.includes(value)) return [];
  const list = allowed.map((one) => JSON.stringify(one)).join(" ");
  const reason = `Invalid Attribute Value Match. Attribute ${attribute} value must be one of: [${list}], got: ${JSON.stringify(value)}.`;
  return [{ property, reason }];
}

function describe({ publicKey, pem, pkcs8, openssh }: Key): Generated {
  const der = publicKey.export({ type: "spki", format: "der" });
  const id = createHash("sha1").update(der).digest("hex");
  return {
    id,
    outputs: {
      privateKeyPem: pem,
      privateKeyPemPkcs8: pkcs8,
      privateKeyOpenssh: openssh?.privateText ?? "",
      publicKeyPem: spkiText(publicKey),
      publicKeyOpenssh: openssh?.publicLine ?? "",
      publicKeyFingerprintMd5: openssh ? md5(openssh.publicBlob) : "",
      publicKeyFingerprintSha256: openssh ? sha256(openssh.publicBlob) : "",
    },
  };
}

function spkiText(key: KeyObject): string {
  return key.export({ type: "spki", format: "pem" }).toString();
}

function md5(blob: Buffer): string {
  const digits = createHash("md5").update(blob).digest("hex");
  return digits.replaceAll(/..(?=.)/g, "$&:");
}

function sha256(blob: Buffer): string {
  const digest = createHash("sha256").update(blob).digest("base64");
  return `SHA256:${digest.replace(/=+$/, "")}`;
}
