import { expect, test } from "vitest";
import {
  hostLabels,
  machineName,
  stackLabel,
} from "../../../components/clouds/name.ts";

test.each([
  ["dev", "web-1", "1", "dev-web-1"],
  ["dev", "web-1", "2", "dev-web-1-2"],
  ["acme/Prod_EU", "db-1", "1", "acme-prod-eu-db-1"],
  ["s".repeat(60), "db-1", "2", "db-1-2"],
])(
  "of stack %s, host %s, generation %s is %s",
  (stack, host, generation, is) => {
    expect(machineName(stack, host, generation)).toBe(is);
  },
);

test("labels name the stack first, then the host", () => {
  expect(Object.entries(hostLabels("Dev", "web-1"))).toEqual([
    ["flotilla-stack", "dev"],
    ["flotilla-host", "web-1"],
  ]);
  expect(stackLabel("--a..b--")).toBe("a-b");
});
