/** One line, or several, to whoever started the run. */
export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
