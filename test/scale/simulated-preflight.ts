/** A host of usual size that nobody has anything against, as `host/preflight/` would find it. */
const records: Readonly<
  Record<
    string,
    ((host: string, words: readonly string[]) => string[]) | undefined
  >
> = {
  preflight_clock: () => [`clock\t${(Date.now() / 1000).toFixed(6)}`],
  preflight_login: () => ["login\troot\troot\t-"],
  preflight_system: () => [
    "host\tsystem\tDebian GNU/Linux 12 (bookworm)",
    "host\tinit\tsystemd",
  ],
  preflight_space: () => ["space\t/\t30000000\t2600000\t2500000"],
  preflight_dns: (_host, [name = ""]) => [`resolve\tdns\t${name}\t192.0.2.1`],
  preflight_hostname: (host) => [
    `resolve\thostname\t${host}\t127.0.1.1`,
    "addresses\t192.0.2.10 ",
  ],
  preflight_sources: () => [
    "source\thttp://packages.example/debian\treachable\tFetched 151 kB in 0s (1,700 kB/s)",
  ],
  preflight_disk_speed: (_host, [mib = ""]) => [
    `disk-write\t${Number(mib) * 1024 * 1024}\t160000`,
  ],
  // Nobody holds the lock, listens on a port that is asked for, or filters packets.
  preflight_apt_lock: () => [],
  preflight_ports: () => [],
  preflight_firewalls: () => [],
  all_answered: () => [],
};

/** The records of one question, `undefined` for one that is none of a preflight's. */
export function preflightRecords(
  host: string,
  [question = "", ...words]: readonly string[],
): string[] | undefined {
  return records[question]?.(host, words);
}
