import type { Connection } from "../../manifest/manifest.ts";
import { quoteWord } from "../commands/quote.ts";

/** `bash` as root with this text as its program; the words become `$1`, `$2` … and are never secret. */
export function bootstrapCommand(
  connection: Connection,
  bootstrap: string,
  words: readonly string[],
): string {
  return asRoot(
    connection,
    ["bash", "-c", bootstrap, "flotilla", ...words].map(quoteWord).join(" "),
  );
}

/** `bash` as root with its program on stdin. */
export function scriptCommand(connection: Connection): string {
  return asRoot(connection, "bash -s");
}

function asRoot(connection: Connection, command: string): string {
  return connection.user === "root" ? command : `sudo -n ${command}`;
}
