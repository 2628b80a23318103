/**
 * Leaves stack traces to V8. The SDK takes one for each of its promises, dozens per resource, and what Pulumi's runner
 * installs for source maps looks for one behind every line of them: a third of the program's time, and `dist/` has none.
 */
export function leaveStackTracesToV8(): void {
  Reflect.deleteProperty(Error, "prepareStackTrace");
}
