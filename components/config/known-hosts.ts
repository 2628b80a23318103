import { createHmac } from "node:crypto";

/** The keys that a text in the form of known_hosts has for an address and port, revoked ones left out. */
export function hostKeysFor(
  knownHosts: string,
  address: string,
  port: number,
): string[] {
  const wanted =
    port === 22 ? [address, `[${address}]:22`] : [`[${address}]:${port}`];
  const revoked = new Set<string>();
  const keys: string[] = [];
  for (const line of knownHosts.split(/\r?\n/)) {
    const entry = parseEntry(line);
    if (!entry || !wanted.some((name) => matches(entry.patterns, name)))
      continue;
    if (entry.marker === "@revoked") revoked.add(entry.key);
    if (entry.marker === undefined) keys.push(entry.key);
  }
  return [...new Set(keys)].filter((key) => !revoked.has(key));
}

interface Entry {
  readonly marker: string | undefined;
  readonly patterns: string;
  readonly key: string;
}

function parseEntry(line: string): Entry | undefined {
  const words = line.trim().split(/\s+/);
  const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
  const [patterns, type, key] = words;
  if (!patterns || patterns.startsWith("#") || !type || !key) return undefined;
  return { marker, patterns, key: `${type} ${key}` };
}

function matches(patterns: string, name: string): boolean {
  if (patterns.startsWith("|1|")) return matchesHash(patterns, name);
  const all = patterns.toLowerCase().split(",");
  const wanted = name.toLowerCase();
  if (
    all.some((one) => one.startsWith("!") && globOf(one.slice(1)).test(wanted))
  ) {
    return false;
  }
  return all.some((one) => globOf(one).test(wanted));
}

function globOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replace(/\*/g, ".*").replace(/\?/g, ".")}$`);
}

function matchesHash(pattern: string, name: string): boolean {
  const [, , salt = "", hash = ""] = pattern.split("|");
  const key = Buffer.from(salt, "base64");
  return createHmac("sha1", key).update(name).digest("base64") === hash;
}
