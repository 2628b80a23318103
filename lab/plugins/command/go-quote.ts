/** A text as Go's `%q` writes it. */
export function goQuote(text: string): string {
  return JSON.stringify(text)
    .replaceAll(/\\u00([01][0-9a-f])/g, (_, code: string) => control(code))
    .replaceAll("\u007f", "\\x7f");
}

function control(code: string): string {
  const named: Readonly<Record<string, string>> = { "07": "\\a", "0b": "\\v" };
  return named[code] ?? `\\x${code}`;
}
