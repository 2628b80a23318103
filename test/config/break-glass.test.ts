import { afterAll, expect, test } from "vitest";
import { publicHalfOf } from "../../components/config/public-half.ts";
import { fleetWith, goodFleet, hostKey, Project } from "./project.ts";

const project = new Project();
afterAll(() => project.remove());

/** The good configuration with a key as text instead of a file. */
function withKey(line: string): Record<string, unknown> {
  const fleet = fleetWith(["ssh", "breakGlassKeyFile"], undefined);
  return {
    ...fleet,
    ssh: { ...(fleet["ssh"] as object), breakGlassKey: line },
  };
}

const line = () => project.read("break-glass.pub").trim();

test("the key is the same from its file and as text", () => {
  const fromFile = project.check(goodFleet()).fleet.breakGlassKey;
  expect(fromFile).toBe(line());
  expect(project.check(withKey(line())).fleet.breakGlassKey).toBe(line());
  expect(project.problems(withKey(line()))).toEqual([]);
});

test("fails for the program's own key, whatever its comment", () => {
  const own = project.read("id.pub").replace(/ \S+\n$/, " somebody@else");
  const problems = project.problems(withKey(own));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(
    /^ssh\.breakGlassKey: .* is the public half of the program's own private key/,
  );
});

test("fails for the program's own key where that is a secret of the stack", () => {
  const fleet = withKey(project.read("id.pub").trim());
  const ssh = {
    ...(fleet["ssh"] as object),
    privateKeyFile: undefined,
    privateKey: { secret: "sshKey" },
  };
  const given = JSON.parse(JSON.stringify({ ...fleet, ssh })) as unknown;
  expect(project.problems(given)).toHaveLength(1);
});

test.each(["id", "id_locked", "id_rsa_1024", "id_rsa_pem", "id_ecdsa_pem"])(
  "the public half of %s is what ssh-keygen wrote beside it",
  (file) => {
    const [, base64] = project.read(`${file}.pub`).split(" ");
    expect(publicHalfOf(project.read(file))).toBe(base64);
  },
);

test.each(["", "garbage", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA"])(
  "what is no private key has no public half: %j",
  (text) => {
    expect(publicHalfOf(text)).toBeUndefined();
  },
);

test("in the lab no key is required, and one is taken", () => {
  const environment = { FLOTILLA_LAB_RANGE: "10.0.0.0/16" };
  const without = fleetWith(["ssh", "breakGlassKeyFile"], undefined);
  expect(project.problems(without, environment)).toEqual([]);
  expect(project.check(goodFleet(), environment).fleet.breakGlassKey).toBe(
    line(),
  );
});

test.each([
  ["another address", { address: "10.1.0.1" }],
  ["a name", { address: "web.fleet.test" }],
])("one host outside the lab is enough to need a key: %s", (_, host) => {
  const fleet = fleetWith(["ssh", "breakGlassKeyFile"], undefined);
  const hosts = { ...(fleet["hosts"] as object), far: { ...host, hostKey } };
  const problems = project.problems(
    { ...fleet, hosts },
    { FLOTILLA_LAB_RANGE: "10.0.0.0/16" },
  );
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(
    "ssh.breakGlassKey: is missing, and far is outside the lab",
  );
});

test("fails once for a key file that is wrong, and says nothing of a missing key", () => {
  const fleet = fleetWith(["ssh", "breakGlassKeyFile"], "missing.pub");
  expect(project.problems(fleet)).toHaveLength(1);
});
