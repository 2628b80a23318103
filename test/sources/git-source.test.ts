import { execFileSync } from "node:child_process";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  test,
  vi,
} from "vitest";
import {
  gitSource,
  type GitSourceArgs,
} from "../../components/sources/git-source.ts";
import { formsOf, hitsBelow } from "../e2e/canary.ts";
import { HttpsGitServer, httpsLogin, makeCertificate } from "./https-server.ts";
import { TestRepository } from "./repositories.ts";
import { SshGitServer } from "./ssh-server.ts";

const folder = mkdtempSync(join(tmpdir(), "flotilla-git-test-"));
const root = join(folder, "repositories");
const cache = join(folder, "cache");
let https: HttpsGitServer;
let ssh: SshGitServer;
let site: TestRepository;
let first = "";

beforeAll(async () => {
  site = new TestRepository(root, "site");
  site.write("index.html", "<!doctype html>\n<title>First page</title>\n");
  site.write("docs/index.html", "<title>The manual</title>\n");
  first = site.commit();
  new TestRepository(root, "empty");
  for (const name of ["host", "other-host", "deploy", "stranger"])
    makeKey(name);
  makeCertificate(join(folder, "other.key"), join(folder, "other.pem"));
  https = await HttpsGitServer.start(root, folder);
  ssh = await SshGitServer.start({
    root,
    hostKeyFile: join(folder, "host"),
    allowed: [publicKey("deploy")],
  });
});

beforeEach(() => {
  vi.stubEnv("FLOTILLA_CACHE", cache);
  rmSync(cache, { recursive: true, force: true });
});

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(async () => {
  await https.stop();
  await ssh.stop();
  rmSync(folder, { recursive: true });
});

describe("by https", () => {
  test("the files of the default branch are fetched, without git's own", async () => {
    const content = await byHttps({});
    expect(content).toMatchObject({ commit: first, mark: "First page" });
    expect(Object.keys(content.files)).toEqual([
      "docs/index.html",
      "index.html",
    ]);
    expect(readdirSync(content.source).sort()).toEqual(["docs", "index.html"]);
  });

  test("a folder is published alone", async () => {
    const content = await byHttps({ path: "docs" });
    expect(content.mark).toBe("The manual");
    expect(Object.keys(content.files)).toEqual(["index.html"]);
  });

  test("a branch, a tag with a message, a full name and a commit stand for their commit", async () => {
    site.git("tag", "-a", "v1", "-m", "The first", first);
    site.git("branch", "--force", "review/one", first);
    site.push();
    for (const ref of ["main", "v1", "review/one", "refs/tags/v1", first])
      expect((await byHttps({ ref })).commit).toBe(first);
  });

  test("a commit that no branch ends with is fetched by its hash", async () => {
    site.write("index.html", "<title>Second page</title>\n");
    const second = site.commit();
    expect((await byHttps({})).commit).toBe(second);
    const old = await byHttps({ ref: first });
    expect(old).toMatchObject({ commit: first, mark: "First page" });
  });

  test("a repository of SHA-256 hashes is one too", async () => {
    const modern = new TestRepository(root, "modern", [
      "--object-format=sha256",
    ]);
    modern.write("index.html", "<title>Modern</title>\n");
    const commit = modern.commit();
    expect(commit).toHaveLength(64);
    const content = await byHttps({ url: https.url("open/modern.git") });
    expect(content).toMatchObject({ commit, mark: "Modern" });
  });

  test("a private repository opens to its token, which may be a secret of the stack with a line end", async () => {
    const token = pulumi.secret(`${httpsLogin.token}\n`);
    const url = https.url("private/site.git");
    expect((await byHttps({ url, token, ref: first })).commit).toBe(first);
  });

  test("a repository that everybody may read is asked for without a token", async () => {
    https.requests.length = 0;
    await byHttps({});
    expect(https.requests.length).toBeGreaterThan(1);
    expect(https.requests.every((one) => !one.authorization)).toBe(true);
  });
});

describe("by ssh", () => {
  test("a deploy key opens the repository on a server with the pinned key", async () => {
    const content = await bySsh({ ref: first });
    expect(content).toMatchObject({ commit: first, mark: "First page" });
    expect(ssh.commands).toContain("git-upload-pack '/site.git'");
  });

  test("a key with Windows' or no line end is refused or mended, never sent to ssh broken", async () => {
    const key = privateKey("deploy");
    const mended = await bySsh({ ref: first, deployKey: key.trimEnd() });
    expect(mended.commit).toBe(first);
    expect(
      await failure(bySsh({ deployKey: key.replaceAll("\n", "\r\n") })),
    ).toContain("deployKey: [secret] has Windows line endings");
  });
});

describe("a commit that was fetched before", () => {
  test("needs no network and no secret", async () => {
    const fetched = await byHttps({ ref: first });
    const url = "https://nowhere.invalid/site.git";
    expect(await gitSource({ url, ref: first })).toEqual(fetched);
  });

  test("is found again for a branch, which is looked up and not fetched", async () => {
    const fetched = await byHttps({});
    https.requests.length = 0;
    expect(await byHttps({})).toEqual(fetched);
    const asked = https.requests.map(({ path }) => path.split("?")[0]);
    expect(asked).toEqual([
      "/open/site.git/info/refs",
      "/open/site.git/git-upload-pack",
    ]);
  });

  test("is fetched again when its files are no longer whole", async () => {
    const { source } = await byHttps({ ref: first });
    rmSync(join(source, "docs"), { recursive: true });
    const again = await byHttps({ ref: first });
    expect(Object.keys(again.files)).toContain("docs/index.html");
  });

  test("is not half there when a fetch failed", async () => {
    await failure(byHttps({ ref: first, path: "nowhere" }));
    expect(readdirSync(join(cache, "sources"))).toEqual([]);
  });
});

describe("each failure has its own message", () => {
  test.each([
    ["none.git", 'none.git" does not exist, or is private'],
    ["empty.git", 'empty.git" has no branch: it is empty, or no git'],
  ])("fails for open/%s", async (name, rule) => {
    const url = https.url(`open/${name}`);
    expect(await failure(byHttps({ url }))).toContain(rule);
  });

  test.each([
    ["private", "lets nobody in without a token, or does not exist"],
    ["redirect", "is answered with a redirect, which is not followed"],
    ["page", "is no git repository"],
    ["403", "may not be read by everybody"],
    ["503", "is answered with error 503"],
  ])("fails for a server that answers with: %s", async (mode, rule) => {
    const url = https.url(`${mode}/site.git`);
    const message = await failure(byHttps({ url }));
    expect(message).toContain(`gitSource: url: "${url}" ${rule}`);
    expect(message).toMatch(/\n {4}→ .{10}/);
  });

  test.each([
    ["private", "token: [secret] is not accepted by localhost"],
    ["403", "token: [secret] may not read this repository"],
    ["404", "does not exist, or is nothing that this token or key may see"],
  ])("fails with a wrong token for: %s", async (mode, rule) => {
    const url = https.url(`${mode}/site.git`);
    const message = await failure(byHttps({ url, token: "wr0ng-C4nary" }));
    expect(message).toContain(rule);
    expect(message).not.toContain("wr0ng-C4nary");
  });

  test.each([
    ["", "is empty"],
    ["a\nb", "holds a control character"],
  ])("fails for the token %j before anything is sent", async (token, rule) => {
    https.requests.length = 0;
    expect(await failure(byHttps({ token }))).toContain(
      `token: [secret] ${rule}`,
    );
    expect(https.requests).toEqual([]);
  });

  test.each([
    ["mian", 'ref: "mian" is no branch and no tag', 'did you mean "main"?'],
    ["1234abcd", "is no branch and no tag", "by all of its 40 characters"],
    ["release/2030", "is no branch and no tag", 'name one of "main"'],
    ["1".repeat(40), "is not in the repository, or is no longer", "a commit"],
  ])("fails for the ref %s", async (ref, rule, hint) => {
    const message = await failure(byHttps({ ref }));
    expect(message).toContain(rule);
    expect(message).toContain(hint);
  });

  test("fails for a name that is a branch and a tag of two commits", async () => {
    site.git("tag", "--force", "twice", first);
    site.git("branch", "--force", "twice", "main");
    site.push();
    expect(await failure(byHttps({ ref: "twice" }))).toContain(
      'write "refs/heads/twice" or "refs/tags/twice"',
    );
  });

  test.each([
    ["nowhere", "is not in the repository at commit"],
    ["index.html", "is a file of the repository, not a folder"],
  ])("fails for the path %s", async (path, rule) => {
    expect(await failure(byHttps({ path }))).toContain(
      `path: "${path}" ${rule}`,
    );
  });

  test("fails for a server that nobody knows, or that does not answer", async () => {
    const unknown = { url: "https://nowhere.invalid/site.git" };
    expect(await failure(byHttps(unknown))).toContain(
      'is on the server "nowhere.invalid", whose name cannot be resolved',
    );
    const closed = { url: "https://localhost:1/site.git" };
    expect(await failure(byHttps(closed))).toContain(
      "cannot be reached: nothing answers at localhost port 1",
    );
  });

  test("fails for a certificate of another authority or another name", async () => {
    const caFile = join(folder, "other.pem");
    expect(await failure(byHttps({ caFile }))).toContain(
      "is served with a certificate that is not trusted here",
    );
    const url = https.url("open/site.git", "127.0.0.1");
    expect(await failure(byHttps({ url }))).toContain(
      "is served with a certificate for another name than 127.0.0.1",
    );
  });

  test("fails for a key that the server does not know", async () => {
    const deployKey = privateKey("stranger");
    expect(await failure(bySsh({ deployKey }))).toContain(
      "deployKey: [secret] is not accepted by 127.0.0.1",
    );
  });

  test("fails for another server behind the same address, and asks it for nothing", async () => {
    const before = ssh.commands.length;
    const hostKeys = [publicKey("other-host")];
    expect(await failure(bySsh({ hostKeys }))).toContain(
      "may be another machine, and was sent nothing",
    );
    expect(ssh.commands).toHaveLength(before);
  });

  test("fails by ssh for a repository that is not there", async () => {
    const url = ssh.url("none.git");
    expect(await failure(bySsh({ url }))).toContain(
      `url: "${url}" is no git repository`,
    );
  });

  test("fails by ssh without a pinned key, before anything is contacted", async () => {
    expect(await failure(bySsh({ hostKeys: [] }))).toContain(
      "hostKey: of ssh://git@127.0.0.1",
    );
  });

  test("fails on a machine without git, or with an old one", async () => {
    vi.stubEnv("PATH", join(folder, "empty-path"));
    expect(await failure(byHttps({}))).toContain(
      "needs git, which this machine lacks\n    → install git 2.32 or newer",
    );
    execFileSync("/bin/mkdir", ["-p", join(folder, "old-path")]);
    const old = "#!/bin/sh\necho git version 2.25.1\n";
    writeFileSync(join(folder, "old-path/git"), old, { mode: 0o755 });
    vi.stubEnv("PATH", join(folder, "old-path"));
    expect(await failure(byHttps({}))).toContain(
      "needs git 2.32 or newer, and this machine has git version 2.25.1",
    );
  });
});

describe("what is in a repository", () => {
  /** Publishes a repository with these contents. */
  async function publish(name: string, fill: (one: TestRepository) => void) {
    const repository = new TestRepository(root, name);
    repository.write("index.html", "<title>Page</title>\n");
    fill(repository);
    repository.commit();
    return byHttps({ url: https.url(`open/${name}.git`) });
  }

  test("is what a checkout would show, byte for byte, without names that begin with a dot", async () => {
    const bytes = Buffer.from([0, 1, 2, 13, 10, 255]);
    const { source, files } = await publish("plain", (one) => {
      one.write(".gitattributes", "*.html text=auto\n");
      one.write(".env", "SECRET=1\n");
      one.write(".well-known/security.txt", "Contact: us\r\n");
      one.write("pictures/a b ü.bin", bytes);
      one.link("copy.html", "index.html");
    });
    expect(Object.keys(files)).toEqual([
      ".well-known/security.txt",
      "copy.html",
      "index.html",
      "pictures/a b ü.bin",
    ]);
    expect(readFileSync(join(source, "pictures/a b ü.bin"))).toEqual(bytes);
    expect(readFileSync(join(source, ".well-known/security.txt"), "utf8")).toBe(
      "Contact: us\r\n",
    );
    expect(readdirSync(source)).not.toContain(".env");
  });

  test.each([
    ["/etc/passwd", "leads out of it"],
    ["../../../../../../../../etc/passwd", "leads out of it"],
    ["missing.html", "leads nowhere"],
  ])("fails for a link to %s", async (target, rule) => {
    const name = `link-${target.length}`;
    const publishing = publish(name, (one) => one.link("shared", target));
    expect(await failure(publishing)).toContain(
      `holds the link shared, which ${rule}`,
    );
  });

  test("fails for a submodule, whose files are elsewhere", async () => {
    const publishing = publish("with-module", (one) => {
      one.git("update-index", "--add", "--cacheinfo", `160000,${first},theme`);
      one.makeFolder("theme");
    });
    expect(await failure(publishing)).toContain("holds the submodule theme");
  });

  test("fails for a file that lies in Git LFS", async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${"a".repeat(64)}\nsize 12345\n`;
    const publishing = publish("large", (one) => {
      one.write("video.mp4", pointer);
    });
    expect(await failure(publishing)).toContain("keeps video.mp4 in Git LFS");
  });

  test("fails for a tree without an index.html", async () => {
    const publishing = publish("no-index", (one) => {
      one.remove("index.html");
      one.write("other.html", "");
    });
    expect(await failure(publishing)).toContain(
      'url: "' + https.url("open/no-index.git") + '" has no index.html',
    );
  });
});

describe("a token and a deploy key", () => {
  test("are in no file once the files are there, and in none of the cache at any time", async () => {
    const temporary = join(folder, "tmp");
    execFileSync("/bin/mkdir", ["-p", temporary]);
    vi.stubEnv("XDG_RUNTIME_DIR", temporary);
    const url = https.url("private/site.git");
    await byHttps({ url, token: httpsLogin.token, ref: first });
    await bySsh({ ref: first, path: "docs" });
    const keyLine = privateKey("deploy").split("\n")[2] ?? "";
    expect(keyLine).toMatch(/^[\w+/=]{40,}$/);
    const forms = [
      ...formsOf("token", httpsLogin.token),
      ...formsOf("key", keyLine),
    ];
    expect(await hitsBelow(cache, forms)).toEqual([]);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test("are no argument of anything that is started, and reach git alone", async () => {
    const log = join(folder, "argv-log");
    const bin = join(folder, "argv-bin");
    execFileSync("/bin/mkdir", ["-p", log, bin]);
    for (const name of ["git", "ssh"]) {
      const real = execFileSync("/bin/sh", ["-c", `command -v ${name}`]);
      const lines = [
        "#!/bin/bash",
        `printf '%s\\0' "$0" "$@" >"${log}/$BASHPID.argv"`,
        `env >"${log}/$BASHPID.env"`,
        `exec ${String(real).trim()} "$@"`,
      ];
      writeFileSync(join(bin, name), lines.join("\n"), { mode: 0o755 });
    }
    vi.stubEnv("PATH", `${bin}:${process.env["PATH"] ?? ""}`);
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE", "not for git");
    await byHttps({
      url: https.url("private/site.git"),
      token: httpsLogin.token,
      ref: "main",
    });
    await bySsh({ path: "docs" });
    const names = readdirSync(log);
    const texts = (kind: string) =>
      names
        .filter((name) => name.endsWith(kind))
        .map((name) => readFileSync(join(log, name), "utf8"));
    const forms = formsOf("token", httpsLogin.token);
    expect(texts(".argv").length).toBeGreaterThan(10);
    expect(texts(".argv").some((text) => /\/ssh\0/.test(text))).toBe(true);
    for (const text of texts(".argv"))
      expect(forms.filter((form) => text.includes(form.text))).toEqual([]);
    expect(texts(".env").join("")).not.toContain("not for git");
    expect(texts(".argv").join("")).not.toContain("PRIVATE KEY");
  });
});

describe("the user's own configuration of git", () => {
  test("changes nothing: no other URL, no helper, no hook, no template", async () => {
    const home = join(folder, "home");
    execFileSync("/bin/mkdir", ["-p", join(home, "hooks")]);
    const trap = `#!/bin/sh\ntouch ${home}/trapped\n`;
    for (const hook of ["post-checkout", "reference-transaction"])
      writeFileSync(join(home, "hooks", hook), trap, { mode: 0o755 });
    writeFileSync(
      join(home, ".gitconfig"),
      `[core]\nhooksPath = ${home}/hooks\n[url "https://nowhere.invalid/"]\ninsteadOf = https://localhost\n[credential]\nhelper = "!touch ${home}/trapped; echo"\n`,
    );
    vi.stubEnv("HOME", home);
    vi.stubEnv("GIT_CONFIG_GLOBAL", join(home, ".gitconfig"));
    vi.stubEnv("GIT_ASKPASS", join(home, "hooks/post-checkout"));
    vi.stubEnv("GIT_DIR", "/nonexistent");
    expect((await byHttps({ ref: "main", path: "docs" })).mark).toBe(
      "The manual",
    );
    const url = https.url("private/site.git");
    expect(await failure(byHttps({ url, token: "wrong" }))).toContain("token");
    expect(readdirSync(home)).not.toContain("trapped");
  });
});

function byHttps(args: Partial<GitSourceArgs>) {
  const { caFile } = https;
  return gitSource({ url: https.url("open/site.git"), caFile, ...args });
}

function bySsh(args: Partial<GitSourceArgs>) {
  return gitSource({
    url: ssh.url("site.git"),
    hostKeys: [publicKey("host")],
    deployKey: privateKey("deploy"),
    ...args,
  });
}

async function failure(fetching: Promise<unknown>): Promise<string> {
  try {
    await fetching;
  } catch (error) {
    expect((error as Error).name).toBe("GitSourceError");
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

function makeKey(name: string): void {
  const file = join(folder, name);
  execFileSync(
    "ssh-keygen",
    "-q -t ed25519 -N".split(" ").concat("", "-f", file),
  );
}

function privateKey(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

function publicKey(name: string): string {
  const line = readFileSync(join(folder, `${name}.pub`), "utf8");
  return line.split(" ").slice(0, 2).join(" ");
}
