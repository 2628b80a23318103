/** The entries of a record in the order of their names, however it was written. */
export function sorted<T>(record: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The entry of a name that the configuration's rules have shown to exist. */
export function entry<T>(record: Readonly<Record<string, T>>, name: string): T {
  const found = record[name];
  if (found === undefined) throw new Error(`${name} is not declared`);
  return found;
}
