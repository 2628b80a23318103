import type { HostFacts } from "../../manifest/manifest.ts";
import type { Observation } from "./observation.ts";

const MEMORY_STEP_MIB = 256;

/** Facts as `Host` outputs them: sizes floored, `detectedAt` moved only when another fact moved. */
export function hostFacts(
  observation: Pick<Observation, "host">,
  previous: HostFacts | undefined,
  now: Date,
): HostFacts {
  const read = (name: string): string =>
    observation.host.get(name) ?? "unknown";
  const size = (name: string): number =>
    Number(observation.host.get(name) ?? 0);
  const facts = {
    cpus: size("cpus"),
    memoryMib: floorTo(size("memoryKib") / 1024, MEMORY_STEP_MIB),
    diskGib: floorTo(size("diskKib") / 1024 ** 2, 1),
    os: read("os"),
    kernel: read("kernel"),
    architecture: read("architecture"),
    hostname: read("hostname"),
    source: "ssh",
  };
  const isUnchanged =
    previous !== undefined &&
    (Object.keys(facts) as (keyof typeof facts)[]).every(
      (name) => facts[name] === previous[name],
    );
  return {
    ...facts,
    detectedAt: isUnchanged ? previous.detectedAt : now.toISOString(),
  };
}

function floorTo(value: number, step: number): number {
  return Math.floor(value / step) * step;
}
