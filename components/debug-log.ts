import { log } from "@pulumi/pulumi";

type Debug = typeof log.debug;

const quieter = new WeakSet<Debug>();

/**
 * Keeps secrets out of the SDK's debug log. It quotes every answer of the engine whole, secrets in clear, and the
 * stream of `pulumi up --json` carries these lines even where nobody asked for them. Importing the library does it.
 */
export function keepAnswersOutOfDebugLog(): void {
  const { debug } = log;
  if (quieter.has(debug)) return;
  const replaced: Debug = (message, ...rest) =>
    debug(withoutAnswer(message), ...rest);
  quieter.add(replaced);
  Object.assign(log, { debug: replaced });
}

/** A debug message of the SDK without the answer that it quotes. */
export function withoutAnswer(message: string): string {
  return message.replace(/, resp: .*$/s, ", resp: (not shown)");
}
