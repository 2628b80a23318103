import { confirm, isCancel } from "@clack/prompts";
import colors from "picocolors";
import {
  installSystemPackages,
  labProblem,
  missingSystemPackages,
} from "../lab/index.ts";
import {
  asToolchainError,
  ToolchainError,
} from "../toolchain/toolchain-error.ts";

export interface ConsentArgs {
  /** Goes on without asking. */
  readonly yes: boolean;
  readonly say: (line: string) => void;
}

/** Lists the system packages that the lab still needs, asks on a terminal, and installs them. */
export async function ensureSystemPackages({
  yes,
  say,
}: ConsentArgs): Promise<void> {
  const problem = await labProblem();
  if (problem === undefined) return;
  if (process.getuid?.() !== 0 || process.platform !== "linux")
    throw new ToolchainError(problem);
  say("The lab needs these Debian packages on this machine:");
  for (const { name, why } of await missingSystemPackages()) {
    say(`  ${colors.bold(name.padEnd(24))}${colors.dim(why)}`);
  }
  if (
    !yes &&
    process.stdin.isTTY &&
    process.stdout.isTTY &&
    !(await isAllowed())
  ) {
    throw new ToolchainError("Nothing was installed, nothing was started.");
  }
  say("installing them with apt-get");
  await asToolchainError(installSystemPackages());
}

async function isAllowed(): Promise<boolean> {
  const answer = await confirm({ message: "Install them with apt-get?" });
  return !isCancel(answer) && answer;
}
