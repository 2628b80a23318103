import { z } from "zod";
import { absolutePath, packageItem, itemNames } from "../../manifest/items.ts";
import { hardening } from "../hardening/config.ts";
import { user } from "./ssh.ts";
import { port, text } from "./text.ts";

const packageName = text(
  (value) => {
    const [name = "", version, ...rest] = value.split("=");
    const hint = 'write it like "htop" or "htop=3.2.2-2"';
    if (!itemNames.package.safeParse(name).success || rest.length > 0) {
      return { rule: "is not the name of a Debian package", hint };
    }
    if (packageItem.shape.version.safeParse(version).success) return undefined;
    return { rule: "has a version that is none of Debian's", hint };
  },
  { pattern: "^[a-z0-9][a-z0-9+.-]+(=[A-Za-z0-9][A-Za-z0-9.+~:-]*)?$" },
);

const homeFolder = text(
  (value) =>
    absolutePath.safeParse(value).success && value !== "/"
      ? undefined
      : {
          rule: "is not the absolute path of a folder",
          hint: 'write it like "/home/admin"; `getent passwd <user>` on the host shows it',
        },
  { pattern: "^/[^/]" },
);

/** The keys of every host, wherever its machine comes from. */
export const anyHost = z.strictObject({
  /** Login on the host. Updates in place. @default - `ssh.user` */
  user: user.optional().describe("Login on the host"),
  /** Home folder of the login: where sshd looks for the break-glass key. Updates in place. @default - `/root` for root, else `/home/<user>` */
  home: homeFolder.optional().describe("Home folder of the login"),
  /** Port of sshd: what is dialled, and what the firewall keeps open. Updates in place. @default - `ssh.port` */
  port: port.optional().describe("Port of sshd"),
  /** Further Debian packages, each `name` or `name=version`. Installed in the host's one transaction, never removed. @default [] */
  packages: z
    .array(packageName)
    .default([])
    .describe("Further Debian packages, each name or name=version"),
  /** What of the fleet's hardening is otherwise here, key by key. @default - the fleet's */
  hardening: hardening
    .optional()
    .describe("What of the fleet's hardening is otherwise here"),
});
