import { expect, test } from "vitest";
import { planPackageFile } from "../../../lab/packages/package-file.ts";

const mirrors = {
  archive: "https://mirror.example/debian",
  security: "http://mirror.example:8080/debian-security/20250520T000000Z",
};
const origin = "http://packages.flotilla.internal";
const hash = "9e0b5aabb2465b3d2e7a7fe27f9913846277833f7a2826e7767acccff5b588c5";

test("the lab's own name stands for the machine's mirrors", () => {
  const suite = `${origin}/debian/dists/bookworm/InRelease`;
  expect(planPackageFile(suite, mirrors)).toEqual({
    url: new URL("https://mirror.example/debian/dists/bookworm/InRelease"),
    name: "mirror.example/debian/dists/bookworm/InRelease",
    isFixed: false,
  });
  const security = `${origin}/debian-security/pool/updates/x_1_all.deb`;
  expect(planPackageFile(security, mirrors)).toMatchObject({
    url: {
      pathname: "/debian-security/20250520T000000Z/pool/updates/x_1_all.deb",
    },
    name: "mirror.example:8080/debian-security/20250520T000000Z/pool/updates/x_1_all.deb",
    isFixed: true,
  });
});

test("a list by its hash is fixed, and says what it must be", () => {
  const list = `http://other.example/dists/x/main/by-hash/SHA256/${hash}`;
  expect(planPackageFile(list, mirrors)).toMatchObject({
    name: `other.example/dists/x/main/by-hash/SHA256/${hash}`,
    isFixed: true,
    sha256: hash,
  });
});

test("one package has one name, however its address is written", () => {
  const [plain, escaped] = ["libstdc++6", "libstdc%2b%2b6"].map(
    (name) =>
      planPackageFile(`${origin}/debian/pool/${name}_1_amd64.deb`, mirrors)
        ?.name,
  );
  expect(plain).toBe("mirror.example/debian/pool/libstdc++6_1_amd64.deb");
  expect(escaped).toBe(plain);
});

test.each([
  ["no proxy's", "/debian/dists/bookworm/InRelease"],
  ["no archive's", `${origin}/dists/bookworm/InRelease`],
  ["of a folder", `${origin}/debian/dists/`],
  ["of another protocol", "https://other.example/dists/x/InRelease"],
  ["of another port", "http://127.0.0.1:6379/x"],
  ["with a question", "http://other.example/x?y"],
  ["out of the folder", "http://other.example/..%2f..%2fetc%2fpasswd"],
  ["with a zero byte", "http://other.example/x%00"],
  ["that is not well formed", "http://other.example/%"],
])("fails an address that is %s", (_, address) => {
  expect(planPackageFile(address, mirrors)).toBeUndefined();
});

test("dots lead nowhere", () => {
  const address = "http://other.example/a/%2e%2e/../../b";
  expect(planPackageFile(address, mirrors)?.name).toBe("other.example/b");
});
