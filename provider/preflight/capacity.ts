import { error, warning, type Check } from "./finding.ts";

/** Of what a seller calls 20 GB or 1 GB, kernel, partition table and file system take up to a tenth. */
const SHARE = 0.9;
const LEAST_FREE_KIB = 1_000_000;
const LEAST_FREE_INODES = 20_000;
const LEAST_MB_PER_SECOND = 10;

export const cpus: Check = ({ answer, wanted }) => {
  const { minCpus } = wanted.requirements;
  const found = sizeOf(answer.host.get("cpus"));
  if (found === undefined || found >= minCpus) return [];
  const fix = `use a machine with ${minCpus}, or set preflight.minCpus`;
  return [error(`has ${found} cpus, ${minCpus} are asked for`, fix)];
};

export const memory: Check = ({ answer, wanted }) => {
  const { minMemoryMb } = wanted.requirements;
  const kib = sizeOf(answer.host.get("memoryKib"));
  if (kib === undefined) return [];
  const found = (kib * 1024) / 1e6;
  if (found >= minMemoryMb * SHARE) return [];
  return [
    error(
      `has ${Math.round(found)} MB of memory, ${minMemoryMb} MB are asked for`,
      "use a larger machine, or set preflight.minMemoryMb",
    ),
  ];
};

/** Size of the root file system, and room where packages and data go. */
export const disk: Check = ({ answer, wanted }) => {
  const { minDiskGb } = wanted.requirements;
  const kib = sizeOf(answer.host.get("diskKib"));
  const found = kib === undefined ? minDiskGb : (kib * 1024) / 1e9;
  const tooSmall = error(
    `its root file system has ${found.toFixed(1)} GB, ${minDiskGb} GB are asked for`,
    "use a larger disk, grow the file system to the whole disk (growpart, resize2fs), or set preflight.minDiskGb",
  );
  const full = answer.spaces
    .filter(({ freeKib }) => freeKib < LEAST_FREE_KIB)
    .map(({ path, freeKib }) =>
      error(
        `only ${Math.round(freeKib / 1000)} MB are free on ${path}`,
        `make room for packages, at least ${LEAST_FREE_KIB / 1000} MB: 'apt-get clean', 'journalctl --vacuum-size=100M', 'du -xh / | sort -h | tail'`,
      ),
    );
  return [...(found < minDiskGb * SHARE ? [tooSmall] : []), ...full];
};

/** A file system without a number of inodes, such as btrfs, makes them as it needs them. */
export const inodes: Check = ({ answer }) =>
  answer.spaces
    .filter(
      ({ inodes, freeInodes }) => inodes > 0 && freeInodes < LEAST_FREE_INODES,
    )
    .map(({ path, freeInodes }) =>
      error(
        `only ${freeInodes} inodes are free on ${path}: packages are made of many small files`,
        `remove small files: 'du -x --inodes ${path} | sort -n | tail' finds where they are`,
      ),
    );

export const diskSpeed: Check = ({ answer: { diskWrite } }) => {
  if (!diskWrite) return [];
  const speed = diskWrite.bytes / Math.max(1, diskWrite.microseconds);
  if (speed >= LEAST_MB_PER_SECOND) return [];
  return [
    warning(
      `its disk takes ${speed.toFixed(1)} MB/s, less than ${LEAST_MB_PER_SECOND}`,
      "expect slow installs and a slow database; look for other load on the machine, or ask its seller",
    ),
  ];
};

/** What was declared beside what was found; sizes count as equal within a tenth. */
export const declared: Check = ({ answer: { host }, wanted }) => {
  const mib = (name: string) => (sizeOf(host.get(name)) ?? 0) / 1024;
  const found = {
    cpus: { size: sizeOf(host.get("cpus")) ?? 0, unit: "cpus" },
    memoryMib: { size: mib("memoryKib"), unit: "MiB of memory" },
    diskGib: { size: mib("diskKib") / 1024, unit: "GiB of disk" },
  };
  return names.flatMap((name) => {
    const { size, unit } = found[name];
    const said = wanted.declared[name];
    if (said === undefined || isAbout(said, size, name)) return [];
    return [
      warning(
        `declared are ${said} ${unit}, found ${Math.round(size)}`,
        `set declared.${name} to what was found, or look why the machine has less or more`,
      ),
    ];
  });
};

const names = ["cpus", "memoryMib", "diskGib"] as const;

function isAbout(said: number, found: number, name: string): boolean {
  if (name === "cpus") return said === found;
  return Math.abs(said - found) <= said * (1 - SHARE);
}

function sizeOf(text: string | undefined): number | undefined {
  const size = Number(text ?? NaN);
  return Number.isFinite(size) ? size : undefined;
}
