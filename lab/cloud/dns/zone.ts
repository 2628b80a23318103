/** What is known of one name: the data of one record. */
export interface ZoneRecord {
  /** Fully qualified, in lower case, without the last dot. */
  readonly name: string;
  readonly type: "A" | "AAAA" | "CNAME" | "MX" | "NS" | "TXT" | "PTR";
  readonly ttl: number;
  /** As the record's type writes it; the names in it as `name`. */
  readonly data: string;
  /** Of MX. */
  readonly priority?: number;
}

/** A part of the name space that is answered for here. */
export interface Zone {
  readonly name: string;
  readonly ttl: number;
  readonly records: readonly ZoneRecord[];
}

/** What a question is answered with. */
export interface ZoneAnswer {
  readonly zone: Zone;
  readonly records: readonly ZoneRecord[];
  /** Whether the name exists, perhaps with records of other types. */
  readonly exists: boolean;
}

const mostAliases = 8;

/** Answers a question from zones; undefined where none of them knows the name. */
export function answerFromZones(
  zones: readonly Zone[],
  asked: string,
  type: string,
): ZoneAnswer | undefined {
  const zone = findZone(zones, asked.toLowerCase());
  if (!zone) return undefined;
  const found: ZoneRecord[] = [];
  let name = asked.toLowerCase();
  for (let step = 0; step < mostAliases; step++) {
    const own = recordsOf(findZone(zones, name) ?? zone, name);
    const fitting = own.filter((record) => record.type === type);
    const alias = own.find((record) => record.type === "CNAME");
    if (fitting.length > 0 || !alias)
      return {
        zone,
        records: [...found, ...fitting],
        exists: own.length > 0 || found.length > 0 || name === zone.name,
      };
    found.push(alias);
    name = alias.data;
  }
  return { zone, records: found, exists: true };
}

/** The zone that is nearest to a name. */
function findZone(zones: readonly Zone[], name: string): Zone | undefined {
  return zones
    .filter((zone) => name === zone.name || name.endsWith(`.${zone.name}`))
    .toSorted((one, other) => other.name.length - one.name.length)[0];
}

/** Those of a name itself, else those of the wildcard at its place. */
function recordsOf({ records }: Zone, name: string): ZoneRecord[] {
  const own = records.filter((record) => record.name === name);
  if (own.length > 0) return own;
  const wildcard = `*.${name.split(".").slice(1).join(".")}`;
  return records
    .filter((record) => record.name === wildcard)
    .map((record) => ({ ...record, name }));
}
