import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { devRepository, readDevHosts } from "../../cli/dev-stack.ts";
import { labPassphrase } from "../../components/config/lab.ts";

const checkout = path.join(import.meta.dirname, "..", "..");

async function readFrom(file: string): Promise<unknown> {
  return parse(await readFile(path.join(checkout, file), "utf8"));
}

test("the development stack has one host at each provider, and none that is the lab's own", async () => {
  expect(await readDevHosts(checkout)).toEqual(["web-1", "db-1"]);
  const { config } = (await readFrom("Pulumi.dev.yaml")) as {
    config: { "flotilla:fleet": { hosts: Record<string, object> } };
  };
  expect(config["flotilla:fleet"].hosts).toMatchObject({
    "web-1": { provider: "hetzner" },
    "db-1": { provider: "digitalocean" },
  });
});

test("the lab serves the repository that the development stack names", async () => {
  const { config } = (await readFrom("Pulumi.dev.yaml")) as {
    config: { "flotilla:fleet": { sites: { welcome: { git: object } } } };
  };
  const { name, port } = devRepository;
  expect(config["flotilla:fleet"].sites.welcome.git).toEqual({
    url: `https://localhost:${port}/${name}.git`,
    caFile: ".lab/git/ca.pem",
  });
});

/** A salt is followed by a text that was encrypted with it, as Pulumi writes it. */
test("the committed salt belongs to the public passphrase", async () => {
  const stack = (await readFrom("Pulumi.dev.yaml")) as {
    encryptionsalt: string;
  };
  const [, salt = "", , nonce = "", sealed = ""] =
    stack.encryptionsalt.split(":");
  const key = await promisify(pbkdf2)(
    labPassphrase,
    Buffer.from(salt, "base64"),
    1_000_000,
    32,
    "sha256",
  );
  const message = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv(
    "aes-256-gcm",
    key,
    Buffer.from(nonce, "base64"),
  );
  decipher.setAuthTag(message.subarray(-16));
  const text =
    decipher.update(message.subarray(0, -16), undefined, "utf8") +
    decipher.final("utf8");
  expect(text).toBe("pulumi");
});

/** The SDK takes `exports` before `main`, and there `default` before everything else. */
test("Pulumi runs the program, whoever imports the package gets the library", async () => {
  const { main, exports } = (await readFrom("package.json")) as {
    main: string;
    exports: Record<".", Record<string, string>>;
  };
  expect(exports["."]).toEqual({
    types: "./dist/components/index.d.ts",
    import: "./dist/components/index.js",
    require: "./dist/components/index.js",
    default: `./${main}`,
  });
  expect(main).toBe("dist/stacks/index.js");
});
