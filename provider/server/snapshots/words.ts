import {
  setToken,
  type CloudProviderName,
} from "../../../manifest/cloud-places.ts";
import type { MachineSnapshotsInputs } from "../../../manifest/machine-snapshots.ts";
import {
  CloudApiError,
  type MachineSnapshot,
  type Pruned,
} from "../../clouds/index.ts";

/** A snapshot, so that it can be found: its name, its number, its day and hour. */
export function renderSnapshot(one: MachineSnapshot): string {
  const { name, id, createdAt } = one;
  return `${name} (number ${id}, of ${createdAt})`;
}

/** What an update says of the snapshots of a host. */
export function renderPruned(host: string, { kept, removed }: Pruned): string {
  const lines = [
    kept.length === 0
      ? `${host}: no snapshots of it`
      : `${host}: snapshots: ${kept.map(renderSnapshot).join(", ")}`,
    ...(removed.length === 0
      ? []
      : [`removed, the oldest: ${removed.map(renderSnapshot).join(", ")}`]),
  ];
  return lines.join("; ");
}

/** Why a snapshot is made. */
export function renderReasons(reasons: readonly string[]): string {
  const shown = reasons.slice(0, 3).map((key) => key.replace(/^.*?\//, ""));
  const more = reasons.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ");
}

const titles: Readonly<Record<CloudProviderName, string>> = {
  digitalocean: "DigitalOcean",
  hetzner: "Hetzner Cloud",
};

const removals: Readonly<Record<CloudProviderName, string>> = {
  digitalocean: "doctl compute snapshot delete",
  hetzner: "hcloud image delete",
};

/** What stays at the provider when nobody keeps it any more. */
export function renderLeft(
  inputs: MachineSnapshotsInputs,
  left: readonly MachineSnapshot[],
): string {
  const { host, provider } = inputs;
  const all = left.map(renderSnapshot).join(", ");
  const numbers = left.map(({ id }) => id).join(" ");
  return `${host}: left: at ${titles[provider]}, snapshots: ${all}${costOf(inputs, left)}. They go by: ${removals[provider]} ${numbers}`;
}

function costOf(
  { price }: MachineSnapshotsInputs,
  left: readonly MachineSnapshot[],
): string {
  const sizes = left.map(({ sizeGb }) => sizeGb);
  if (!price || sizes.includes(undefined)) return "";
  const gb = sizes.reduce<number>((sum, one) => sum + (one ?? 0), 0);
  const { perGbMonth, currency, asOf } = price;
  const cost = (gb * perGbMonth).toFixed(2);
  return `; ${gb.toFixed(1)} GB, about ${currency} ${cost} a month (${asOf})`;
}

/** The error of an update without the snapshot that it needs. */
export function refusal(
  { host, provider }: MachineSnapshotsInputs,
  error: unknown,
): string {
  const reason = error instanceof Error ? error.message : String(error);
  return [
    `${host}: no snapshot of its machine was made, and so nothing on it was changed: ${reason}`,
    `Then run 'pulumi up' again${adviceOn(error, provider)}. To change the host without one, take 'snapshotBefore' away from hosts.${host}`,
  ].join(". ");
}

function adviceOn(error: unknown, provider: CloudProviderName): string {
  const status = error instanceof CloudApiError ? error.status : undefined;
  if (status === 401)
    return `, with a token that is valid: ${setToken(provider)}`;
  if (status === 403)
    return `, with a token that may write (${setToken(provider)}) and when the account may have more snapshots`;
  return "";
}
