import { error, type Check } from "./finding.ts";

const supported = [
  "debian 12",
  "debian 13",
  "ubuntu 22.04",
  "ubuntu 24.04",
] as const;
const supportedInWords = "Debian 12 and 13, Ubuntu 22.04 and 24.04";
const architectures = ["x86_64", "aarch64"];

/** Distribution and version, architecture, and systemd as the first process. */
export const system: Check = ({ answer: { host } }) => [
  ...wrongSystem(host.get("os"), host.get("system")),
  ...wrongArchitecture(host.get("architecture")),
  ...wrongInit(host.get("init")),
];

function wrongSystem(os: string | undefined, name: string | undefined) {
  if (os === undefined || supported.some((one) => one === os)) return [];
  const shown = name === undefined || name === "-" ? os : name;
  const fix = `Flotilla works on ${supportedInWords}: install one of them`;
  return [error(`runs ${shown}`, fix)];
}

function wrongArchitecture(architecture: string | undefined) {
  if (architecture === undefined || architectures.includes(architecture))
    return [];
  const fix = `use a machine of one of these: ${architectures.join(", ")}`;
  return [error(`is of the architecture ${architecture}`, fix)];
}

function wrongInit(init: string | undefined) {
  if (init === undefined || init === "systemd") return [];
  const fix = "use a machine that systemd starts, not a bare container";
  return [error(`its first process is ${init}, not systemd`, fix)];
}

/** The login is root, or becomes root without a password. */
export const sudo: Check = ({ answer: { login } }) => {
  if (login?.way !== "denied") return [];
  const { user, words } = login;
  // Before that, sudo may complain of other things.
  const last = words?.trim().split("\n").at(-1);
  const said = last === undefined ? "" : ` (${last})`;
  return [
    error(
      `user ${user} cannot become root without a password${said}`,
      `as root, run 'visudo -f /etc/sudoers.d/flotilla' there and add the line '${user} ALL=(ALL) NOPASSWD: ALL'`,
    ),
  ];
};
