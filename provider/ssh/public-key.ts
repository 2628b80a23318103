import ssh2 from "ssh2";

/** The public half of a private key, as a line of authorized_keys. */
export function publicKeyOf(privateKey: string): string {
  const key = ssh2.utils.parseKey(privateKey);
  if (key instanceof Error)
    throw new Error("the private key cannot be read", { cause: key });
  return `${key.type} ${key.getPublicSSH().toString("base64")} flotilla`;
}
