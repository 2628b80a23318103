import { error, warning, type Check } from "./finding.ts";

/** More than this, and apt and TLS call signatures expired or not yet valid. */
const MOST_SECONDS_OFF = 60;

/** The host's clock lies between this machine's when the question was sent and when the answer was there. */
export const clock: Check = ({ answer, sentAt, receivedAt }) => {
  const there = answer.clockSeconds;
  if (there === undefined) return [];
  const behind = Math.max(0, sentAt - there);
  const ahead = Math.max(0, there - receivedAt);
  if (behind + ahead <= MOST_SECONDS_OFF) return [];
  const how = ahead > 0 ? "ahead of" : "behind";
  return [
    error(
      `its clock is ${duration(behind + ahead)} ${how} this machine's`,
      "find out which of the two is wrong; on the host, 'timedatectl set-ntp true' (package systemd-timesyncd) sets it right",
    ),
  ];
};

/** The name of a package source resolves; where every source answers all the same, as through a proxy, nothing here needs it. */
export const dns: Check = ({ answer: { dns: asked, sources } }) => {
  if (!asked || asked.address !== undefined) return [];
  const works =
    sources.length > 0 && sources.every(({ reachable }) => reachable);
  if (works) return [];
  return [
    error(
      `cannot resolve ${asked.name}`,
      "correct the nameservers in /etc/resolv.conf there ('resolvectl status' where systemd-resolved writes it)",
    ),
  ];
};

export const sources: Check = ({ answer }) => {
  if (answer.sources.length === 0 && !answer.problems.has("sources")) {
    return [
      error(
        "has no sources of packages",
        "add them in /etc/apt/sources.list.d/, with 'apt-get update' as the test",
      ),
    ];
  }
  return answer.sources
    .filter(({ reachable }) => !reachable)
    .map(({ origin, words }) =>
      error(
        `the package source ${origin} cannot be reached: ${reasonIn(words)}`,
        "open the way out for it, set a proxy (Acquire::http::Proxy), or remove the source; 'apt-get update' there is the test",
      ),
    );
};

/** What apt says after the address, which is said already. */
function reasonIn(words: string): string {
  return words.replace(/^E: (Failed to fetch \S+\s+)?/, "");
}

/** The host's own name is a name, and resolves to the host. */
export const hostname: Check = ({ answer: { hostname: own, addresses } }) => {
  if (!own) return [];
  const { name, address } = own;
  if (!isHostName(name)) {
    const fix =
      "'hostnamectl hostname NAME': letters, digits and '-', up to 63, not localhost";
    return [warning(`calls itself ${name}, which is no host name`, fix)];
  }
  if (address !== undefined && isOwn(address, addresses)) return [];
  const now =
    address === undefined
      ? "does not resolve there: sudo and mail wait for it"
      : `resolves to ${address} there, which is none of its addresses`;
  return [
    warning(
      `its own name ${name} ${now}`,
      `add the line '127.0.1.1 ${name}' to /etc/hosts there`,
    ),
  ];
};

function isOwn(address: string, addresses: readonly string[]): boolean {
  return (
    address.startsWith("127.") ||
    address === "::1" ||
    addresses.includes(address)
  );
}

function isHostName(name: string): boolean {
  const labels = name.split(".");
  return (
    name !== "localhost" &&
    name.length <= 253 &&
    labels.every((label) => /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i.test(label))
  );
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} days`;
}
