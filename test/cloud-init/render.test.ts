import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import path from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  breakGlassFile,
  renderUserData,
  sshPortFile,
  userDataDigest,
  userDataLimits,
  type FirstBoot,
} from "../../cloud-init/render.ts";
import { breakGlassItems } from "../../components/hosts/break-glass-plan.ts";

const key = (name: string) =>
  `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHx9cVtPvh8bYJVGsVXvKJwKZ8sH2mU5cQ7rB3nq0y1d ${name}`;

/** No key that anybody has: what matters is its shape. */
const privateKey = [
  "-----BEGIN OPENSSH PRIVATE KEY-----",
  "bm90IGEga2V5",
  "-----END OPENSSH PRIVATE KEY-----",
  "",
].join("\n");

const boot: FirstBoot = {
  hostname: "web-1",
  user: "flotilla",
  authorizedKeys: [key("operator")],
  breakGlassKey: key("alice: #1"),
  hostKey: { privateKey, publicKey: `${key("web-1")}\n` },
  sshPort: 2222,
};

/** What cloud-init makes of user data: it reads YAML 1.1. */
function read(userData: string): Record<string, unknown> {
  return parse(userData, { version: "1.1" }) as Record<string, unknown>;
}

describe("user data", () => {
  test.each([
    ["account", boot],
    ["root", { ...boot, user: "root", sshPort: 22, breakGlassKey: undefined }],
  ])("of %s is the golden one, each time", async (name, input) => {
    const golden = path.resolve(
      import.meta.dirname,
      `../golden/cloud-init/${name}.yaml`,
    );
    expect(renderUserData(input)).toBe(renderUserData(input));
    await expect(renderUserData(input)).toMatchFileSnapshot(golden);
  });

  test("holds no packages, no files and no commands but the one", () => {
    expect(Object.keys(read(renderUserData(boot))).toSorted()).toEqual([
      "chpasswd",
      "disable_root",
      "hostname",
      "manage_etc_hosts",
      "preserve_hostname",
      "runcmd",
      "ssh_authorized_keys",
      "ssh_deletekeys",
      "ssh_keys",
      "ssh_pwauth",
      "users",
    ]);
  });

  test("leaves root its keys, so that a login that cannot be made locks nobody out", () => {
    expect(read(renderUserData(boot))).toMatchObject({
      disable_root: false,
      ssh_authorized_keys: boot.authorizedKeys,
    });
  });

  test("writes the break-glass key where and as its item has it", () => {
    for (const user of ["flotilla", "root"]) {
      const home = user === "root" ? "/root" : `/home/${user}`;
      const items = breakGlassItems({ key: key("alice"), user });
      expect(Object.entries(items)).toEqual([
        [
          `file:${home}/${breakGlassFile.path}`,
          expect.objectContaining({ template: breakGlassFile.template }),
        ],
      ]);
    }
  });
});

const label = fc.stringMatching(
  /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
);
const name = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,31}$/);
const comment = fc.string({ unit: "grapheme", maxLength: 40 });
const line = comment
  .filter((text) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text))
  .map(key);

/** Words that mean something else to YAML 1.1 than to people. */
const tricky = fc.constantFrom(
  ...["yes", "no", "on", "off", "null", "true", "y", "n", "1e3", "0x1f", "017"],
);

const anyBoot: fc.Arbitrary<FirstBoot> = fc.record({
  hostname: fc.oneof(label, tricky),
  user: fc.oneof(name, fc.constantFrom("yes", "no", "null", "n", "_", "root")),
  authorizedKeys: fc.array(line, { minLength: 1, maxLength: 3 }),
  breakGlassKey: fc.option(line, { nil: undefined }),
  hostKey: fc.constant(boot.hostKey),
  sshPort: fc.integer({ min: 1, max: 65535 }),
});

test("any first boot comes out of YAML as it went in", () => {
  fc.assert(
    fc.property(anyBoot, (input) => {
      const data = read(renderUserData(input));
      const keys = { ssh_authorized_keys: input.authorizedKeys };
      expect(data["hostname"]).toBe(input.hostname);
      expect(data["ssh_authorized_keys"]).toEqual(input.authorizedKeys);
      expect(data["users"]).toMatchObject([
        { name: input.user, ...(input.user !== "root" && keys) },
      ]);
      const [command = []] = data["runcmd"] as string[][];
      const { breakGlassKey, sshPort } = input;
      expect(command.slice(4)).toEqual([
        input.user,
        breakGlassKey === undefined
          ? ""
          : `# Made by Flotilla: the break-glass key.\n${breakGlassKey}\n`,
        String(sshPort),
        sshPortFile.path,
        `# Made by Flotilla: where sshd listens.\nPort ${sshPort}\n`,
      ]);
    }),
  );
});

describe("fails before anything is made", () => {
  test.each<[string, Partial<FirstBoot>, string]>([
    [
      "a name of two labels",
      { hostname: "a.b" },
      'hostname is "a.b": it must be one label',
    ],
    [
      "a user with capitals",
      { user: "Ops" },
      'user is "Ops": it must be the name of an account',
    ],
    [
      "port 0",
      { sshPort: 0 },
      "sshPort is 0: it must be a whole number from 1 to 65535",
    ],
    ["half a port", { sshPort: 22.5 }, "sshPort is 22.5"],
    [
      "no key",
      { authorizedKeys: [] },
      "authorizedKeys must hold a key: nobody could log in",
    ],
    [
      "two lines as a key",
      { authorizedKeys: [`${key("a")}\n${key("b")}`] },
      "authorizedKeys[0] must be one line",
    ],
    [
      "a separator that only YAML sees",
      { authorizedKeys: [key("a\u2028b")] },
      "authorizedKeys[0] must be one line",
    ],
    [
      "options in front of a key",
      { breakGlassKey: `from="*" ${key("a")}` },
      "breakGlassKey must be one line",
    ],
    [
      "a host key in another form",
      {
        hostKey: {
          ...boot.hostKey,
          privateKey:
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        },
      },
      "hostKey.privateKey must be a private key as OpenSSH writes it",
    ],
    [
      "a host key of another type",
      { hostKey: { ...boot.hostKey, publicKey: "ssh-rsa AAAA" } },
      "hostKey.publicKey must be one line that begins with ssh-ed25519",
    ],
  ])("on %s", (_, change, message) => {
    expect(() => renderUserData({ ...boot, ...change })).toThrow(message);
  });

  test("on everything at once, and never with a private key in the message", () => {
    const hostKey = { privateKey: "canary-7f3a", publicKey: "canary-7f3b" };
    const render = () =>
      renderUserData({ ...boot, sshPort: 0, user: "", hostKey });
    expect(render).toThrow(/user is "".*sshPort is 0.*hostKey\.privateKey/);
    expect(render).not.toThrow("canary");
  });

  test("on more bytes than the provider with the smallest limit takes", () => {
    // Two bytes a letter: characters would still fit.
    const keys = (count: number) =>
      Array.from({ length: count }, (_, index) =>
        key(`${index}${"é".repeat(100)}`),
      );
    expect(() => renderUserData({ ...boot, authorizedKeys: keys(60) })).toThrow(
      /^the user data of web-1 has \d+ bytes, and a provider takes 32768: give it fewer or shorter keys$/,
    );
    const fits = renderUserData({ ...boot, authorizedKeys: keys(40) });
    expect(Buffer.byteLength(fits)).toBeLessThan(userDataLimits.hetzner);
  });
});

test("the digest is that of the text, whatever newlines a provider leaves at its end", () => {
  const digest = createHash("sha256")
    .update("#cloud-config\na: 1")
    .digest("hex");
  for (const end of ["", "\n", "\n\n"]) {
    expect(userDataDigest(`#cloud-config\na: 1${end}`)).toBe(digest);
  }
  expect(userDataDigest("#cloud-config\na: 2\n")).not.toBe(digest);
});

test("the program of a first boot is bash", () => {
  const [command = []] = read(renderUserData(boot))["runcmd"] as string[][];
  const { status, stderr } = spawnSync("bash", ["-n", "-c", command[2] ?? "("]);
  expect([status, String(stderr)]).toEqual([0, ""]);
});
