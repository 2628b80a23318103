import { installLine, missingSystemPackages } from "./system-packages.ts";

const otherWays = [
  "Without it, Flotilla manages hosts that exist already (any VPS or virtual machine that SSH reaches:",
  "declare it under `hosts:` with its address and host key), and cloud hosts.",
  "On macOS or Windows, run the lab in a Linux virtual machine.",
].join("\n");

/** Why this machine cannot run a lab, and what to do; undefined when it can. */
export async function labProblem(
  platform: NodeJS.Platform = process.platform,
  userId: number | undefined = process.getuid?.(),
): Promise<string | undefined> {
  if (platform !== "linux")
    return `The lab needs Linux; this is ${platform}.\n${otherWays}`;
  if (userId !== 0) {
    return `The lab needs root (network namespaces, mounts): run it with sudo.\n${otherWays}`;
  }
  const missing = await missingSystemPackages();
  if (missing.length === 0) return undefined;
  return `The lab needs packages that this machine lacks. Run \`npm run quickstart\`, or: ${installLine(missing)}`;
}
