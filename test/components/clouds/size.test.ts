import { describe, expect, test } from "vitest";
import { chooseSize } from "../../../components/clouds/choose-size.ts";
import { digitaloceanCatalogue } from "../../../components/clouds/digitalocean/catalogue.ts";
import { hetznerCatalogue } from "../../../components/clouds/hetzner/catalogue.ts";
import { need } from "../../../components/clouds/size.ts";

const cases = [
  {
    from: hetznerCatalogue,
    wanted: {},
    is: "cx22: 2 cpus, 4 GiB, 40 GiB disk, EUR 3.79 a month (2025-06)",
  },
  {
    from: hetznerCatalogue,
    wanted: { cpus: 3, memoryMib: 4096 },
    is: "cx32: 4 cpus, 8 GiB, 80 GiB disk, EUR 6.80 a month (2025-06)",
  },
  {
    from: hetznerCatalogue,
    wanted: { cpus: 8, diskGib: 200 },
    is: "cpx41: 8 cpus, 16 GiB, 240 GiB disk, EUR 25.20 a month (2025-06)",
  },
  {
    from: digitaloceanCatalogue,
    wanted: {},
    is: "s-1vcpu-1gb: 1 cpu, 1 GiB, 25 GiB disk, USD 6.00 a month (2025-06)",
  },
  {
    from: digitaloceanCatalogue,
    wanted: { memoryMib: 1025 },
    is: "s-1vcpu-2gb: 1 cpu, 2 GiB, 50 GiB disk, USD 12.00 a month (2025-06)",
  },
];

describe("the cheapest size that fits", () => {
  test.each(cases)("for $wanted is $is", ({ from, wanted, is }) => {
    expect(chooseSize(from, need.parse(wanted))?.text).toBe(is);
  });

  test("is none where nothing is large enough", () => {
    const wanted = need.parse({ cpus: 64 });
    expect(chooseSize(hetznerCatalogue, wanted)).toBeUndefined();
  });

  test("is the one that is named, known or not", () => {
    expect(chooseSize(hetznerCatalogue, "cx22")?.text).toContain("EUR 3.79");
    expect(chooseSize(hetznerCatalogue, "ccx99")).toEqual({
      name: "ccx99",
      text: "ccx99",
    });
  });

  test.each([hetznerCatalogue, digitaloceanCatalogue])(
    "comes from a catalogue in which no size is there twice, and none is without a use",
    (catalogue) => {
      const names = catalogue.sizes.map(({ name }) => name);
      expect(new Set(names).size).toBe(names.length);
      for (const { name, cpus, memoryMib, diskGib } of catalogue.sizes)
        expect(
          chooseSize(catalogue, { cpus, memoryMib, diskGib })?.text,
          name,
        ).toBeDefined();
    },
  );
});
