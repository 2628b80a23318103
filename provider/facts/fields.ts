/** The inverse of `encode` in `host/observe/`. */
export function decode(field: string): string {
  return field.replaceAll(/%(09|0A|0D|25)/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** A field that may have nothing to say. */
export function optional(field: string): string | undefined {
  return field === "-" ? undefined : field;
}

/** A whole number. */
export function parseNumber(field: string): number {
  if (!/^\d+$/.test(field)) throw new Error(`'${field}' is no number`);
  return Number(field);
}

/** One of a few words. */
export function oneOf<T extends string>(field: string, words: readonly T[]): T {
  const word = words.find((one) => one === field);
  if (word === undefined) {
    throw new Error(`'${field}' is none of ${words.join(", ")}`);
  }
  return word;
}

/** The records of an answer; throws when it was cut. */
export function recordsOf(text: string): string[] {
  const records = text.split("\n").slice(0, -1);
  if (records.pop() !== "complete") {
    throw new Error(
      `the host's answer was cut after ${String(records.length)} records: it is not used`,
    );
  }
  return records;
}

/** A record that no taker knows. */
export function notUnderstood(record: string): Error {
  return new Error(
    `the host printed a record that is not understood: '${record.slice(0, 200)}'`,
  );
}
