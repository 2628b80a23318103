import { execa } from "execa";

/** Debian packages that the tests need: package → what succeeds where it is installed. */
export const testPackages = {
  shellcheck: "command -v shellcheck",
  shfmt: "command -v shfmt",
  bats: "command -v bats",
  "hcloud-cli": "command -v hcloud",
  "python3-venv": "python3 -c 'import ensurepip, venv'",
} as const;

/** Those that are not there. */
export async function missingTestPackages(): Promise<string[]> {
  const found = await Promise.all(
    Object.entries(testPackages).map(async ([name, check]) => {
      const { exitCode } = await execa("sh", ["-c", check], { reject: false });
      return exitCode === 0 ? [] : [name];
    }),
  );
  return found.flat();
}

/** Installs what is missing when run by root on a machine with apt-get; otherwise says which line to run. */
export async function installTestPackages(): Promise<void> {
  const missing = await missingTestPackages();
  if (missing.length === 0) return;
  const line = `apt-get install --yes --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0) {
    throw new Error(`The tests need ${missing.join(", ")}. Run: sudo ${line}`);
  }
  const options = {
    env: { DEBIAN_FRONTEND: "noninteractive" },
    stdin: "ignore",
    all: true,
  } as const;
  await execa("apt-get", ["update", "--quiet"], options);
  await execa("apt-get", line.split(" ").slice(1), options);
}
