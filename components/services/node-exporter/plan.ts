import {
  withAddresses,
  type Address,
  type PlannedGate,
} from "../../addresses.ts";
import type { PackageArgs } from "../../hosts/packages.ts";
import { item, type Items } from "../../items.ts";
import { sandboxItems, type Sandbox } from "../../sandbox.ts";
import type { ServicePlan } from "../service-plan.ts";
import type { NodeExporterConfig } from "./config.ts";

const packageName = "prometheus-node-exporter";
const unit = `${packageName}.service`;
const dropInFolder = `/etc/systemd/system/${unit}.d`;

/** What decides how the exporter runs. */
export interface NodeExporterSettings {
  readonly port: number;
  /** Addresses of the host to listen on, beside loopback. */
  readonly listen: readonly Address[];
  readonly enable: readonly string[];
  readonly disable: readonly string[];
  readonly sandbox?: boolean | undefined;
}

/** It reads what every user may read, other processes included, and writes nothing. */
export const exporterSandbox: Sandbox = {
  capabilities: [],
  writable: [],
  families: ["AF_NETLINK"],
  readsClock: true,
  hidesProcesses: false,
};

/** The items of a node exporter. */
export function nodeExporterItems(settings: NodeExporterSettings): Items {
  return {
    ...(settings.sandbox === false ? {} : sandboxItems(unit, exporterSandbox)),
    ...item("directory", dropInFolder, {}),
    ...item("file", `${dropInFolder}/flotilla.conf`, {
      template: dropIn,
      values: {
        flags: withAddresses(settings.listen, (listen) =>
          flagsOf(settings, listen).join(" "),
        ),
      },
      notify: [{ unit, action: "restart" }],
    }),
    ...item("unit", unit, {}),
  };
}

/** What must hold for the exporter to count as up: it is scraped. */
export function nodeExporterGates(
  port: number,
): Readonly<Record<string, PlannedGate>> {
  return { metrics: { ...scrape("127.0.0.1", port), unit } };
}

/** Debian's package; the exporter starts with our flags. */
export function nodeExporterPackages(
  purge: boolean | undefined,
): Readonly<Record<string, PackageArgs>> {
  return { [packageName]: { purge, deferStart: [unit] } };
}

/** A node exporter in a fleet. */
export const nodeExporterPlan: ServicePlan<NodeExporterConfig> = {
  packages: ({ purge }) => nodeExporterPackages(purge),
  units: () => [unit],
  port: ({ port }) => port,
  keepsData: () => false,
  gate: ({ port }, address) => scrape(address, port),
};

/** As Prometheus would ask: the exporter's own name is in every answer, whatever the collectors. */
function scrape(address: Address, port: number) {
  const body = "node_exporter_build_info";
  return { kind: "http", address, port, path: "/metrics", body } as const;
}

function flagsOf(
  { port, enable, disable }: NodeExporterSettings,
  listen: readonly string[],
): string[] {
  return [
    ...["127.0.0.1", ...listen].map(
      (address) => `--web.listen-address=${socket(address, port)}`,
    ),
    ...[...enable].sort().map((name) => `--collector.${name}`),
    ...[...disable].sort().map((name) => `--no-collector.${name}`),
  ];
}

function socket(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}

/** The address to listen on must exist when the exporter starts, also at boot. */
const dropIn = `# Made by Flotilla: flags come from here, not from /etc/default/${packageName}.
[Unit]
Wants=network-online.target
After=network-online.target

[Service]
ExecStart=
ExecStart=/usr/bin/${packageName} {{flags}}
`;
