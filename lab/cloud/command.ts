import { Command } from "commander";
import { write } from "../report.ts";
import type { CloudAccess, CloudServer } from "./cloud-server.ts";
import { cloudVariables } from "./variables.ts";

/** `lab cloud …`: the providers' APIs on this machine. `openCloud` checks that a lab can run here. */
export function cloudCommand(openCloud: () => Promise<CloudServer>): Command {
  const command = new Command("cloud").description(
    "the HTTP APIs of DigitalOcean and Hetzner on this machine, whose servers are hosts of the lab",
  );
  command
    .command("up")
    .description("serve it, and print the variables that clients read")
    .action(async () => {
      write(renderVariables(await (await openCloud()).start()));
    });
  command
    .command("stop")
    .description("stop serving; hosts and state stay")
    .action(async () => (await openCloud()).stop());
  command
    .command("down")
    .description("throw everything away that was made through it")
    .action(async () => (await openCloud()).down());
  return command;
}

/** What clients read from their environment, as lines for a shell. */
export function renderVariables(access: CloudAccess): string {
  return Object.entries(cloudVariables(access))
    .map(([name, value]) => `export ${name}=${value}`)
    .join("\n");
}
