import type { Catalogue } from "../size.ts";

/** Shared types with x86 processors, as Hetzner's public price list has them for Germany and Finland. */
export const hetznerCatalogue: Catalogue = {
  provider: "Hetzner Cloud",
  asOf: "2025-06",
  currency: "EUR",
  snapshotGbMonthly: 0.011,
  sizes: [
    size("cx22", 2, 4, 40, 3.79),
    size("cpx11", 2, 2, 40, 4.35),
    size("cx32", 4, 8, 80, 6.8),
    size("cpx21", 3, 4, 80, 7.55),
    size("cpx31", 4, 8, 160, 13.6),
    size("cx42", 8, 16, 160, 16.4),
    size("cpx41", 8, 16, 240, 25.2),
    size("cx52", 16, 32, 320, 32.4),
    size("cpx51", 16, 32, 360, 54.9),
  ],
};

function size(
  name: string,
  cpus: number,
  memoryGib: number,
  diskGib: number,
  monthly: number,
) {
  return { name, cpus, memoryMib: memoryGib * 1024, diskGib, monthly };
}
