import type { Catalogue } from "../size.ts";

/** Basic droplets with regular processors, as DigitalOcean's public price list has them; a slug says what a size has. */
export const digitaloceanCatalogue: Catalogue = {
  provider: "DigitalOcean",
  asOf: "2025-06",
  currency: "USD",
  snapshotGbMonthly: 0.06,
  sizes: [
    size(1, 0.5, 10, 4),
    size(1, 1, 25, 6),
    size(1, 2, 50, 12),
    size(2, 2, 60, 18),
    size(2, 4, 80, 24),
    size(4, 8, 160, 48),
    size(8, 16, 320, 96),
  ],
};

function size(
  cpus: number,
  memoryGib: number,
  diskGib: number,
  monthly: number,
) {
  const memoryMib = memoryGib * 1024;
  const memory = memoryGib < 1 ? `${memoryMib}mb` : `${memoryGib}gb`;
  return { name: `s-${cpus}vcpu-${memory}`, cpus, memoryMib, diskGib, monthly };
}
