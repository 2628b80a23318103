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

/** `bash` with its program on stdin: as root where the login may, else as itself. */
export function scriptCommandOfAnyone(connection: Connection): string {
  if (connection.user === "root") return scriptCommand(connection);
  const root = scriptCommand(connection);
  return `bash -c ${quoteWord(`sudo -n bash -c : </dev/null >/dev/null 2>&1 && exec ${root}; exec bash -s`)}`;
}

function asRoot(connection: Connection, command: string): string {
  return connection.user === "root" ? command : `sudo -n ${command}`;
}
