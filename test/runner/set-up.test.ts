import { expect, test } from "vitest";
import { renderPlugins } from "./set-up.ts";

test.each([
  [["official", "official"], "official plugins in use"],
  [
    ["stand-in", "official"],
    "stand-ins in use for Pulumi's own plugins: tls; the others are official",
  ],
  [
    ["stand-in", "stand-in"],
    "stand-ins in use for Pulumi's own plugins: tls, hcloud",
  ],
] as const)("plugins that are %j are told as %s", ([tls, hcloud], says) => {
  expect(
    renderPlugins([
      ["tls", tls],
      ["hcloud", hcloud],
    ]),
  ).toBe(says);
});
