import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { afterEach, expect, test } from "vitest";
import { leaveOutTracesOfPromises } from "../../stacks/stack-traces.ts";

const before = Object.getOwnPropertyDescriptor(Error, "prepareStackTrace");
afterEach(() => {
  Reflect.deleteProperty(Error, "prepareStackTrace");
  if (before) Object.defineProperty(Error, "prepareStackTrace", before);
});

test("the SDK's promises have no stack trace", () => {
  const take = { debuggablePromise: () => new Error().stack };
  leaveOutTracesOfPromises();
  expect(take.debuggablePromise()).toBe("");
});

test("that is what the SDK calls the function that takes them", () => {
  const file = createRequire(import.meta.url).resolve(
    "@pulumi/pulumi/runtime/debuggable.js",
  );
  const [, body = ""] = readFileSync(file, "utf8").split(
    "function debuggablePromise(",
  );
  const [own = ""] = body.split("\n}\n");
  expect(own).toContain("new Error().stack");
});

test("every other error has the trace that V8 would give it", () => {
  const fail = () => new TypeError("here");
  Reflect.deleteProperty(Error, "prepareStackTrace");
  const lines = (error: Error) => error.stack?.split("\n").slice(0, 2) ?? [];
  const plain = lines(fail());
  leaveOutTracesOfPromises();
  const ours = lines(fail());
  expect(ours).toEqual(plain);
  expect(ours[1]).toMatch(/^ {4}at fail \(.*stack-traces\.test\.ts:\d+:\d+\)$/);
});
