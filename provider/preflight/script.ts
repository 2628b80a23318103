import { quoteWord } from "../commands/index.ts";

/** The text to paste: `host/authorize.sh` with its arguments, as one here-document. */
export function renderScript(
  authorize: string,
  user: string,
  publicKey: string,
): string {
  const words = [user, publicKey].map(quoteWord).join(" ");
  return `bash -s -- ${words} <<'FLOTILLA'\n${authorize.trimEnd()}\nFLOTILLA\n`;
}
