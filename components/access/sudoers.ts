/** One command line that may be run as root, word by word: with any other argument it is refused. */
export interface SudoCommand {
  /** The absolute path of the program, and each of its arguments. */
  readonly words: readonly string[];
  /** The program may start others. Where it need not, sudo keeps it from that. @default false */
  readonly startsOthers?: boolean;
}

/** What an account may do as root: nothing, these command lines, or everything. */
export type Sudo = "none" | "all" | readonly SudoCommand[];

/** What runs on a host, as far as operators have to do with it. */
export interface Operated {
  /** Full names of systemd units. */
  readonly units: readonly string[];
  /** nginx is there. */
  readonly nginx: boolean;
  /** certbot is there. */
  readonly certbot: boolean;
}

/** What `webops` may do: status, restart and reload of units, a check of nginx, renewal of certificates. */
export function webopsCommands(operated: Operated): SudoCommand[] {
  const systemctl = "/usr/bin/systemctl";
  return [
    ...operated.units
      .toSorted()
      .flatMap((unit) => [
        { words: [systemctl, "status", "--no-pager", unit] },
        { words: [systemctl, "restart", unit] },
        { words: [systemctl, "reload", unit] },
      ]),
    ...(operated.nginx ? [{ words: ["/usr/sbin/nginx", "-t"] }] : []),
    ...(operated.certbot ? [renewal] : []),
  ];
}

const renewal: SudoCommand = {
  words: ["/usr/bin/certbot", "renew", "--non-interactive"],
  startsOthers: true,
};

/** The rule that a command line breaks; `undefined` when it can be written down without a doubt. */
export function commandFault({ words }: SudoCommand): string | undefined {
  const [program = "", ...rest] = words;
  if (
    !/^(\/[A-Za-z0-9_.+-]+)+$/.test(program) ||
    /\/\.{1,2}(\/|$)/.test(program)
  )
    return `${JSON.stringify(program)} must be the absolute path of a program`;
  const strange = rest.find((word) => !/^[A-Za-z0-9_.+@%:,=/-]+$/.test(word));
  return strange === undefined
    ? undefined
    : `${JSON.stringify(strange)} must be a word without blanks, wildcards and quotes`;
}

/** Where an account's rights stand; sudo reads no file with a dot in its name. */
export function sudoersPath(account: string): string {
  return `/etc/sudoers.d/flotilla-${account}`;
}

/** The text of an account's sudoers file; `undefined` when it may do nothing. */
export function renderSudoers(account: string, sudo: Sudo): string | undefined {
  if (sudo === "none" || sudo.length === 0) return undefined;
  if (sudo === "all")
    return `${head}# Whoever has one of this account's keys is root on this host.\n${account} ALL=(ALL:ALL) NOPASSWD: ALL\n`;
  const lines = sudo.map(
    ({ words, startsOthers }) =>
      `${account} ALL=(root) NOPASSWD: ${startsOthers ? "EXEC" : "NOEXEC"}: ${words.map(escape).join(" ")}\n`,
  );
  return `${head}# Exactly these command lines; with any other argument they are refused.\nDefaults:${account} ${settings}\n${lines.join("")}`;
}

const head = "# Made by Flotilla; changes by hand are taken back.\n";

/** Nothing of the caller's environment, no folder that others may write to, a terminal of the command's own. */
const settings =
  'env_reset, !env_keep, !env_check, !setenv, use_pty, secure_path="/usr/sbin:/usr/bin:/sbin:/bin"';

function escape(word: string): string {
  return word.replaceAll(/[,:=]/g, "\\$&");
}
