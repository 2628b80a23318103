import fc from "fast-check";
import { expect, test } from "vitest";
import { planHooks } from "../../../components/hooks/hooks-plan.ts";

test("lower priorities come first, equal ones side by side, and 50 is everybody's", () => {
  expect(
    planHooks({
      last: { priority: 90 },
      middle: {},
      "also-middle": { priority: 50 },
      first: { priority: -10 },
    }),
  ).toEqual([
    { name: "first", after: [] },
    { name: "also-middle", after: ["first"] },
    { name: "middle", after: ["first"] },
    { name: "last", after: ["also-middle", "middle"] },
  ]);
});

test("the order that they are written in changes nothing, and each waits for all of the next lower priority", () => {
  const hooks = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,4}$/),
    fc.record({ priority: fc.integer({ min: -2, max: 2 }) }),
  );
  fc.assert(
    fc.property(hooks, (given) => {
      const reversed = Object.fromEntries(Object.entries(given).reverse());
      const planned = planHooks(given);
      expect(planHooks(reversed)).toEqual(planned);
      if (!Array.isArray(planned)) throw new Error(planned.mistake);
      const priorityOf = (name: string) => given[name]?.priority ?? NaN;
      for (const { name, after } of planned) {
        const lower = Object.values(given)
          .map(({ priority }) => priority)
          .filter((priority) => priority < priorityOf(name));
        const next = Math.max(...lower);
        const expected = Object.keys(given).filter(
          (other) => priorityOf(other) === next,
        );
        expect([...after].sort()).toEqual(expected.sort());
      }
    }),
  );
});

test.each([1001, -1001, 0.5, NaN])("fails for the priority %d", (priority) => {
  expect(planHooks({ fine: {}, odd: { priority } })).toEqual({
    mistake: `hooks.odd.priority: ${priority} is not a whole number from -1000 to 1000`,
  });
});
