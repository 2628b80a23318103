import { describe, expect, test } from "vitest";
import {
  planSuccession,
  type SuccessionSettings,
} from "../../../components/hosts/machine-plan.ts";

const plain: SuccessionSettings = {
  host: "web-1",
  generation: "1",
  reservedAddress: false,
  movesAddress: false,
};

/** An alias of the other name keeps the machine. */
const sameMachine = (name: string) => ({
  aliases: [{ name }],
  replaceOnChanges: ["name"],
});

describe("where only a machine's end sets its address free", () => {
  test("another generation is made beside the old machine", () => {
    expect(planSuccession({ ...plain, generation: "2" })).toEqual({
      ...{ resource: "web-1-2", keys: "web-1-2" },
      options: sameMachine("web-1-with-address"),
    });
  });

  test("another generation waits for that end, with keys of its own, when it is to have the address", () => {
    const options = { deleteBeforeReplace: true };
    const kept = { ...plain, reservedAddress: true };
    expect(planSuccession(kept)).toEqual({
      ...{ resource: "web-1-with-address", keys: "web-1" },
      options: { ...options, ...sameMachine("web-1") },
    });
    expect(planSuccession({ ...kept, generation: "2" })).toEqual({
      ...{ resource: "web-1-with-address", keys: "web-1-2" },
      options: { ...options, ...sameMachine("web-1-2") },
    });
  });
});

test.each([true, false])(
  "where addresses move, every generation is made beside the old machine",
  (reservedAddress) => {
    const moves = { ...plain, reservedAddress, movesAddress: true };
    expect(planSuccession(moves).resource).toBe("web-1");
    expect(planSuccession({ ...moves, generation: "2" })).toEqual({
      ...{ resource: "web-1-2", keys: "web-1-2", options: {} },
    });
  },
);
