/**
 * Where an update goes on after an error, Pulumi's SDK ends the program with an error of its own for whatever needs a
 * resource that failed, with a stack trace of the SDK. The provider has told the reason by then: one line is left.
 */
export function sayOnlyWhatWasLeft(): void {
  process.prependListener("unhandledRejection", (error) => {
    const left = whatWasLeft(error);
    if (left === undefined || !(error instanceof Error)) return;
    error.message = left;
    // The SDK prints the stack, or the message of an error without one.
    error.stack = "";
  });
}

/** The line for an error that only says that a resource failed; `undefined` for any other. */
export function whatWasLeft(error: unknown): string | undefined {
  const [, name, type = ""] = failedResource(error) ?? [];
  if (name === undefined) return undefined;
  const left = `what depends on ${name} was left as it is`;
  return keepsWhatFailed.test(type) ? `${left}\n${refreshNext}` : left;
}

/** The providers' plugins write a change into the state that failed, as if it had been made. */
const keepsWhatFailed = /^(hcloud|digitalocean):/;
const refreshNext =
  "    → where a change of it failed, run `pulumi up --refresh` next: Pulumi's plugin has kept it as made, and would not try it again";

/** Name and type of the resource that such an error speaks of; it may have been wrapped with the property that needed it. */
function failedResource(error: unknown): readonly string[] | undefined {
  if (!(error instanceof Error)) return undefined;
  const told = /\bresource (\S+) \[(\S+)\] failed to register$/;
  return told.exec(error.message) ?? undefined;
}
