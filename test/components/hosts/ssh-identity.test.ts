import { expect, test } from "vitest";
import * as pulumi from "@pulumi/pulumi";
import {
  SshIdentity,
  type SshIdentityArgs,
} from "../../../components/index.ts";
import { keyOf, made, privateKeyOf } from "../recording.ts";

async function identity(args?: SshIdentityArgs) {
  let found: SshIdentity | undefined;
  const recorded = await made((opts) => {
    found = new SshIdentity("login", args, opts);
  });
  if (!found) throw new Error("nothing was made");
  const { publicKey, hostKey, privateKey } = found;
  const texts = await new Promise<string[]>((resolve) => {
    pulumi.all([publicKey, hostKey, privateKey]).apply(resolve);
  });
  const isSecret = await pulumi.isSecret(privateKey);
  return { recorded, texts, isSecret };
}

test("an identity is one ed25519 key, its private half secret", async () => {
  const { recorded, texts, isSecret } = await identity();
  const [key] = recorded.filter(({ type }) => type.startsWith("tls:"));
  expect(key).toMatchObject({
    type: "tls:index/privateKey:PrivateKey",
    name: "login",
    parent: "SshIdentity login",
    inputs: { algorithm: "ED25519" },
  });
  expect(texts).toEqual([
    `ssh-ed25519 ${keyOf("login")} fleet/test/login`,
    `ssh-ed25519 ${keyOf("login")}`,
    privateKeyOf("login"),
  ]);
  expect(isSecret).toBe(true);
});

test("its comment is one's own", async () => {
  const { texts } = await identity({ comment: "deploy@ci" });
  expect(texts[0]).toBe(`ssh-ed25519 ${keyOf("login")} deploy@ci`);
});
