import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** A file that a first boot writes and that items may take over: the same path, the same text. */
export interface BootFile {
  readonly path: string;
  /** With `{{name}}` where a value goes, as in an item of kind file. */
  readonly template: string;
}

/** sshd's port. sshd listens at every port that any drop-in names: this one says all of them. */
export const sshPortFile: BootFile = {
  path: "/etc/ssh/sshd_config.d/10-flotilla-port.conf",
  template: "# Made by Flotilla: where sshd listens.\nPort {{port}}\n",
};

/** The break-glass key's own file, below the login's home. */
export const breakGlassFile: BootFile = {
  path: ".ssh/authorized_keys2",
  template: "# Made by Flotilla: the break-glass key.\n{{key}}\n",
};

/** The text of the program that ends a first boot. */
export function readFirstBootProgram(): string {
  return readFileSync(locate(import.meta.dirname), "utf8");
}

/** The sources and what is built of them lie at different depths below the package. */
function locate(start: string): string {
  const file = path.join(start, "cloud-init", "first-boot.sh");
  if (existsSync(file)) return file;
  const parent = path.dirname(start);
  if (parent === start) {
    throw new Error(
      "the package lacks its file cloud-init/first-boot.sh: install it again",
    );
  }
  return locate(parent);
}
