import { afterEach, expect, test } from "vitest";
import { leaveStackTracesToV8 } from "../../stacks/stack-traces.ts";

const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
afterEach(() => {
  if (before) Object.defineProperty(Error, "prepareStackTrace", before);
});

test("a stack trace is V8's own, whatever somebody has made of it, and still says where", () => {
  Error.prepareStackTrace = () => "slow";
  expect(new Error("here").stack).toBe("slow");
  leaveStackTracesToV8();
  expect(new Error("here").stack).toMatch(
    /^Error: here\n {4}at .*stack-traces/,
  );
});
