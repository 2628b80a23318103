import { describe, expect, it } from "vitest";
import { parseInputs } from "../../../provider/server/inputs.ts";
import { deadlineOf } from "../../../provider/server/task.ts";

const connection = { address: "10.0.0.1", hostKeys: ["ssh-ed25519 AAAA"] };
const inputs = parseInputs({
  host: { id: "web-1", name: "web-1", connection },
  deadlineSeconds: 600,
});

describe("the deadline of a job", () => {
  it("is the manifest's own where the resource has no timeout", () => {
    expect(deadlineOf(inputs, 0)).toBe(600);
  });

  it("is the resource's timeout where that is shorter, and never longer than the manifest's", () => {
    expect(deadlineOf(inputs, 59.5)).toBe(60);
    expect(deadlineOf(inputs, 3600)).toBe(600);
  });
});
