/** One word for a POSIX shell, whatever it holds. Throws for NUL, which no argument can carry. */
export function quoteWord(text: string): string {
  if (text.includes("\0")) throw new Error("an argument cannot hold NUL");
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
