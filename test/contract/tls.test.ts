import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import ssh2 from "ssh2";
import { describe, expect, it } from "vitest";
import recordedSchema from "./schema/tls.json" with { type: "json" };
import * as lifecycle from "./lifecycle-calls.ts";
import { candidatesOf } from "./plugins.ts";
import * as resource from "./resource-calls.ts";
import { describeResources } from "./schema-shape.ts";
import { readTables, replay, runPlugin } from "./tables.ts";

const scenarios = readTables("tls");
const subject = { type: "tls:index/privateKey:PrivateKey", name: "one" };

interface Made {
  readonly privateKeyPem: { readonly $secret: string };
  readonly privateKeyPemPkcs8: { readonly $secret: string };
  readonly privateKeyOpenssh: { readonly $secret: string };
  readonly publicKeyPem: string;
  readonly publicKeyOpenssh: string;
  readonly publicKeyFingerprintMd5: string;
  readonly publicKeyFingerprintSha256: string;
}

describe.each(candidatesOf("tls"))("the tls plugin: $description", (plugin) => {
  const running = runPlugin(plugin);
  replay("tls", scenarios, running);

  it("has the resource with the recorded types, secrets and required inputs", async () => {
    const schema = await lifecycle.getSchema(running.client());
    expect(describeResources(schema)).toMatchObject(recordedSchema);
  });

  const make = async (inputs: Record<string, unknown>) => {
    const call = { preview: false, properties: inputs };
    const state = await resource.create(running.client(), subject, call);
    return { id: state.id, made: state.properties as unknown as Made };
  };

  it.each([
    { algorithm: "ED25519" },
    { algorithm: "RSA", rsaBits: 3072 },
    { algorithm: "ECDSA", ecdsaCurve: "P256" },
    { algorithm: "ECDSA", ecdsaCurve: "P384" },
    { algorithm: "ECDSA", ecdsaCurve: "P521" },
  ])("writes one key in all of its forms: %o", async (inputs) => {
    const { id, made } = await make(inputs);
    const openssh = ssh2.utils.parseKey(made.privateKeyOpenssh.$secret);
    if (openssh instanceof Error) throw openssh;
    const spki = createPublicKey(made.publicKeyPem).export({
      ...{ type: "spki", format: "der" },
    });
    for (const text of [
      made.privateKeyPem.$secret,
      made.privateKeyPemPkcs8.$secret,
      openssh.getPrivatePEM(),
    ]) {
      const key = createPublicKey(createPrivateKey(text));
      expect(key.export({ type: "spki", format: "der" })).toEqual(spki);
    }
    const blob = openssh.getPublicSSH();
    const line = `${openssh.type} ${blob.toString("base64")}\n`;
    expect(made.publicKeyOpenssh).toBe(line);
    expect(id).toBe(createHash("sha1").update(spki).digest("hex"));
    expect(made.publicKeyFingerprintMd5.replaceAll(":", "")).toBe(
      createHash("md5").update(blob).digest("hex"),
    );
    expect(`${made.publicKeyFingerprintSha256}=`).toBe(
      `SHA256:${createHash("sha256").update(blob).digest("base64")}`,
    );
  });

  it("makes another key each time", async () => {
    const made = await Promise.all(
      Array.from({ length: 20 }, () => make({ algorithm: "ED25519" })),
    );
    expect(new Set(made.map(({ id }) => id)).size).toBe(20);
  });

  it("makes no OpenSSH form of a key on the curve P224, which OpenSSH does not know", async () => {
    const { made } = await make({ algorithm: "ECDSA", ecdsaCurve: "P224" });
    expect(made.publicKeyOpenssh).toBe("");
    expect(made.publicKeyFingerprintSha256).toBe("");
    expect(made.privateKeyPem.$secret).toContain("BEGIN EC PRIVATE KEY");
  });
});
