import { expect, test } from "vitest";
import { parse } from "yaml";
import { renderSeed, type SeedInput } from "../../lab/seed.ts";

const input: SeedInput = {
  name: "web-1",
  instanceId: "i-0123abcd",
  user: "flotilla",
  authorizedKey: "ssh-ed25519 AAAAclient",
  hostKey: {
    privateKey:
      "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\nBBBB\n-----END OPENSSH PRIVATE KEY-----\n",
    publicKey: "ssh-ed25519 AAAAhost",
  },
};

test("the seed is what cloud-init shall read", async () => {
  const { userData, metaData } = renderSeed(input);
  await expect(userData).toMatchFileSnapshot("golden/user-data.yaml");
  await expect(metaData).toMatchFileSnapshot("golden/meta-data.yaml");
});

test("the host's private key keeps every line end: sshd refuses it otherwise", () => {
  const seed = parse(renderSeed(input).userData) as {
    ssh_keys: { ed25519_private: string };
  };
  expect(seed.ssh_keys.ed25519_private).toBe(input.hostKey.privateKey);
});
