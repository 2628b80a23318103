import { quoteWord } from "../commands/quote.ts";

/** Who commands run as, unless sudo makes them root's. */
interface Login {
  readonly user: string;
}

/** `bash` as root with this text as its program; the words become `$1`, `$2` … and are never secret. */
export function bootstrapCommand(
  login: Login,
  bootstrap: string,
  words: readonly string[],
): string {
  return asRoot(
    login,
    ["bash", "-c", bootstrap, "flotilla", ...words].map(quoteWord).join(" "),
  );
}

/** `bash` as root with its program on stdin. */
export function scriptCommand(login: Login): string {
  return asRoot(login, "bash -s");
}

/** `bash` with its program on stdin: as root where the login may, else as itself. */
export function scriptCommandOfAnyone(login: Login): string {
  if (login.user === "root") return scriptCommand(login);
  const root = scriptCommand(login);
  return `bash -c ${quoteWord(`sudo -n bash -c : </dev/null >/dev/null 2>&1 && exec ${root}; exec bash -s`)}`;
}

function asRoot(login: Login, command: string): string {
  return login.user === "root" ? command : `sudo -n ${command}`;
}
