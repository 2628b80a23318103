import { createHmac } from "node:crypto";

/** A text in the form of known_hosts, parsed once for all hosts that are looked up in it. */
export class KnownHosts {
  /** Entries by the plain names in them. */
  readonly #named = new Map<string, Entry[]>();
  /** Entries with patterns or hashes: each of them has to be tried. */
  readonly #others: Entry[] = [];

  constructor(text: string) {
    for (const [line, words] of text.split(/\r?\n/).entries()) {
      const entry = parseEntry(words, line);
      if (entry) this.#add(entry);
    }
  }

  /** The keys for an address and port, revoked ones left out. */
  keysFor(address: string, port: number): string[] {
    const wanted =
      port === 22 ? [address, `[${address}]:22`] : [`[${address}]:${port}`];
    const found = new Set([
      ...wanted.flatMap((name) => this.#named.get(name.toLowerCase()) ?? []),
      ...this.#others.filter(({ patterns }) =>
        wanted.some((name) => matches(patterns, name)),
      ),
    ]);
    const entries = [...found].sort((a, b) => a.line - b.line);
    const marked = (marker: string | undefined): Set<string> =>
      new Set(
        entries.filter((one) => one.marker === marker).map(({ key }) => key),
      );
    const revoked = marked("@revoked");
    return [...marked(undefined)].filter((key) => !revoked.has(key));
  }

  #add(entry: Entry): void {
    const names = entry.patterns.toLowerCase().split(",");
    if (names.some((name) => /[*?!|]/.test(name))) {
      this.#others.push(entry);
      return;
    }
    for (const name of names)
      this.#named.set(name, [...(this.#named.get(name) ?? []), entry]);
  }
}

interface Entry {
  readonly line: number;
  readonly marker: string | undefined;
  readonly patterns: string;
  readonly key: string;
}

function parseEntry(text: string, line: number): Entry | undefined {
  const words = text.trim().split(/\s+/);
  const marker = words[0]?.startsWith("@") ? words.shift() : undefined;
  const [patterns, type, key] = words;
  if (!patterns || patterns.startsWith("#") || !type || !key) return undefined;
  return { line, marker, patterns, key: `${type} ${key}` };
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
