import { expect, onTestFinished, test } from "vitest";
import { sayOnlyWhatWasLeft } from "../../components/dependents.ts";

/** What a listener that came before makes of an error that nobody handled. */
function told(message: string): Error {
  const before = process.listeners("unhandledRejection");
  sayOnlyWhatWasLeft();
  const [first] = process.listeners("unhandledRejection");
  if (!first || before.includes(first)) throw new Error("no listener was set");
  onTestFinished(() => {
    process.removeListener("unhandledRejection", first);
  });
  const error = new Error(message);
  first(error, Promise.resolve());
  return error;
}

test.each([
  "resource web [flotilla:index:Manifest] failed to register",
  'error serializing property "watch": resource web [flotilla:index:Manifest] failed to register',
])(
  "what needs a failed resource is one line without a stack: %j",
  (message) => {
    const error = told(message);
    expect(error.message).toBe("what depends on web was left as it is");
    expect(error.stack).toBe("");
  },
);

test("what a provider's plugin did not carry out is tried again after a look at the provider", () => {
  const { message } = told(
    "resource web [hcloud:index/server:Server] failed to register",
  );
  expect(message).toMatch(
    /^what depends on web was left as it is\n.*run `pulumi up --refresh` next/,
  );
});

test("any other error keeps its words and its stack", () => {
  const error = told("a mistake of the program's");
  expect(error.message).toBe("a mistake of the program's");
  expect(error.stack).toContain("dependents.test.ts");
});
