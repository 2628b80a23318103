/** What the user has to correct before a command can do its work; its message is all that is shown. */
export class FlotillaError extends Error {
  override readonly name = "FlotillaError";
}
