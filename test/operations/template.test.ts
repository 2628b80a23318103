import fc from "fast-check";
import { expect, test } from "vitest";
import { renderTemplate } from "../../provider/operations/index.ts";

test("values stand where their tags are, without any escaping", () => {
  const values = { a: "<&\"'>", b: 2, c: false };
  expect(renderTemplate("{{a}} {{ b }} {{{c}}}{{&a}}\n", values)).toBe(
    "<&\"'> 2 false<&\"'>\n",
  );
});

test("a value may be used often, and may hold braces", () => {
  expect(renderTemplate("{{a}}{{a}}", { a: "{{b}}" })).toBe("{{b}}{{b}}");
});

test("a name with dots is one name", () => {
  expect(renderTemplate("{{a.b}}", { "a.b": "x" })).toBe("x");
});

test("other delimiters leave braces alone", () => {
  expect(renderTemplate("{{=<% %>=}}{{ x }} <% a %>", { a: 1 })).toBe(
    "{{ x }} 1",
  );
});

test.each([
  ["{{a}}", {}, "tag {{a}} has no value: add 'a' to values"],
  ["{{toString}}", {}, "tag {{toString}} has no value"],
  ["x", { a: 1 }, "value 'a' is not used: the template has no tag {{a}}"],
  ["{{#a}}x{{/a}}", { a: 1 }, "tag {{#a}} is not supported: only {{name}}"],
  ["{{>a}}", { a: 1 }, "tag {{>a}} is not supported"],
  ["{{!a}}", {}, "tag {{!a}} is not supported"],
  ["{{a", { a: 1 }, "the template is broken: Error: Unclosed tag at 3"],
])("fails for %j with values %j", (template, values, message) => {
  expect(() => renderTemplate(template, values)).toThrow(message);
});

test("text without braces comes through byte by byte", () => {
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }).filter((text) => !text.includes("{{")),
      (text) => {
        expect(renderTemplate(text, {})).toBe(text);
      },
    ),
  );
});

test("any value comes through byte by byte", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (value) => {
      expect(renderTemplate("[{{v}}]\n", { v: value })).toBe(`[${value}]\n`);
    }),
  );
});
