import { describe, expect, test } from "vitest";
import { judgeCloud, type CloudCase } from "../../../cli/doctor/judge-cloud.ts";
import { judgeHost } from "../../../cli/doctor/judge-host.ts";
import type { CloudView, Offer } from "../../../cli/doctor/cloud-view.ts";
import { hetznerHost } from "../../../components/clouds/config.ts";

const cx22: Offer = {
  name: "cx22",
  ...{ cpus: 2, memoryMib: 4096, diskGib: 40 },
  prices: { fsn1: 3.79, hel1: 4.51 },
};
const cpx11: Offer = {
  name: "cpx11",
  ...{ cpus: 2, memoryMib: 2048, diskGib: 40 },
  prices: { fsn1: 4.35 },
};

function caseOf(
  view: Partial<CloudView>,
  known: CloudCase["known"] = new Set(),
): CloudCase {
  const provider = "hetzner";
  const nothing = { machines: [], images: new Set(["debian-12"]) };
  const sold = { locations: ["fsn1", "hel1"], offers: [cx22, cpx11] };
  return {
    ...{ provider, stack: "dev", wanted: ["dev-web-1", "dev-web-2"], known },
    view: { ...nothing, ...sold, ...view },
  };
}

/** What there is to say of a host that is made at Hetzner, beside what is fine. */
function judge(host: object, at = caseOf({})): string[] {
  const cloud = hetznerHost.parse({ provider: "hetzner", ...host });
  return judgeHost({ name: "web-1", cloud, at })
    .filter(({ level }) => level !== "ok")
    .map(({ level, text, fix }) => [level, text, fix].join("|"));
}

const machine = { id: "7", name: "dev-web-1", isLabelled: true };

describe("a host", () => {
  test("costs something else than Flotilla's list says", () => {
    expect(judge({ size: "cx22", location: "hel1" })).toEqual([
      "info|cx22 is EUR 4.51 a month, and was EUR 3.79 in Flotilla's list of 2025-06|",
    ]);
  });

  test("has a size that will not be sold for long", () => {
    const offers = [{ ...cx22, soldUntil: "2026-12-31" }];
    expect(judge({ size: "cx22" }, caseOf({ offers }))).toEqual([
      "warning|cx22: 2 cpus, 4 GiB, 40 GiB disk, EUR 3.79 a month (now); sold until 2026-12-31|take another size before a machine has to be made anew",
    ]);
  });

  test("fails for a size that is not sold at its location, and is told one that has as much", () => {
    const wanted = { cpus: 2, memoryMib: 2048, diskGib: 30 };
    const offers = [{ ...cx22, prices: { hel1: 4 } }, cpx11];
    expect(judge({ size: wanted }, caseOf({ offers }))).toEqual([
      "problem|hosts.web-1.size: Hetzner Cloud sells no cx22 at fsn1|set it to cpx11",
    ]);
  });

  test("that is there needs no image, and keeps a size that is not sold any more", () => {
    const gone = { machines: [machine], images: new Set<string>(), offers: [] };
    expect(judge({ size: "cx22" }, caseOf(gone, new Set(["7"])))).toEqual([
      "warning|hosts.web-1.size: Hetzner Cloud sells no cx22|ask for less, or take another location",
    ]);
  });

  test("fails for a name that a machine of nobody's state has, whatever its label", () => {
    const [text] = judge({ size: "cx22" }, caseOf({ machines: [machine] }));
    expect(text).toMatch(
      /^problem\|dev-web-1 is taken: number 7 carries this stack's label, and is in nobody's state\|/,
    );
  });

  test("of another generation has another name", () => {
    const at = caseOf({ machines: [machine] });
    expect(judge({ size: "cx22", generation: "2" }, at)).toEqual([]);
  });
});

describe("the quota", () => {
  const found = (limit: number | undefined, known: readonly string[]) =>
    judgeCloud(caseOf({ limit, machines: [machine] }, new Set(known)))
      .filter(({ check }) => check === "quota")
      .map(({ level, text }) => `${level}: ${text}`);

  test.each([
    [3, [], "ok: machines: 1 there, 2 to be made, 3 allowed"],
    [2, [], "problem: machines: 1 there, 2 to be made, 2 allowed"],
    [2, ["7"], "ok: machines: 1 there, 1 to be made, 2 allowed"],
  ] as const)("of %i with %j of its own", (limit, known, text) => {
    expect(found(limit, known)).toEqual([text]);
  });

  test("that nobody says is told as such", () => {
    expect(found(undefined, [])[0]).toMatch(/^info: nobody says how many/);
  });
});
