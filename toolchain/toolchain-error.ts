/** Something that the user has to install, allow or repair; its message is all that is shown. */
export class ToolchainError extends Error {
  override readonly name = "ToolchainError";
}

/** Runs an entry point: a ToolchainError ends it with its message alone, a bug with its stack. */
export async function runEntryPoint(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof ToolchainError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
}

/** Work whose failures are the user's to read: their messages say what to do. */
export async function asToolchainError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    throw new ToolchainError(
      cause instanceof Error ? cause.message : String(cause),
      { cause },
    );
  }
}
