import { log } from "@pulumi/pulumi";

/**
 * Keeps secrets out of the SDK's debug log. It quotes every answer of the engine whole, secrets in clear, and the
 * stream of `pulumi up --json` carries these lines even where nobody asked for them.
 */
export function keepAnswersOutOfDebugLog(): void {
  const { debug } = log;
  const quieter: typeof debug = (message, ...rest) =>
    debug(withoutAnswer(message), ...rest);
  Object.assign(log, { debug: quieter });
}

/** A debug message of the SDK without the answer that it quotes. */
export function withoutAnswer(message: string): string {
  return message.replace(/, resp: .*$/s, ", resp: (not shown)");
}
