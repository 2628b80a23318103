/** The words of one line as a shell reads it, where data is in single quotes, as the provider writes it. */
export function shellWords(line: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  for (const [piece, quoted, escaped] of line.matchAll(
    /'([^']*)'|\\(.)|[^\s'\\]+|\s+/gs,
  )) {
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + (quoted ?? escaped ?? piece);
  }
  return word === undefined ? words : [...words, word];
}
