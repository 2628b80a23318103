import { expect, test } from "vitest";
import type { NodeExporterConfig } from "../../../../components/services/node-exporter/config.ts";
import {
  nodeExporterGates,
  nodeExporterItems,
  nodeExporterPlan,
} from "../../../../components/services/node-exporter/plan.ts";

const dropIn =
  "file:/etc/systemd/system/prometheus-node-exporter.service.d/flotilla.conf";

test("the exporter listens on loopback and where it is told, in any order of the configuration", () => {
  const settings = {
    port: 9100,
    enable: ["systemd"],
    disable: ["wifi", "zfs"],
  };
  const one = nodeExporterItems({
    ...settings,
    listen: ["fd00::5", "10.0.0.5"],
  });
  const other = nodeExporterItems({
    port: 9100,
    listen: ["10.0.0.5", "fd00::5"],
    enable: ["systemd"],
    disable: ["zfs", "wifi"],
  });
  expect(other).toEqual(one);
  expect(one[dropIn as keyof typeof one]).toMatchObject({
    values: {
      flags:
        "--web.listen-address=127.0.0.1:9100 --web.listen-address=10.0.0.5:9100 --web.listen-address=[fd00::5]:9100 --collector.systemd --no-collector.wifi --no-collector.zfs",
    },
  });
});

test("it counts as up when it was scraped, and other hosts scrape it too", () => {
  const scrape = {
    kind: "http",
    path: "/metrics",
    body: "node_exporter_build_info",
  };
  expect(nodeExporterGates(9200)).toEqual({
    metrics: {
      ...scrape,
      address: "127.0.0.1",
      port: 9200,
      unit: "prometheus-node-exporter.service",
    },
  });
  const config: NodeExporterConfig = {
    type: "node-exporter",
    host: "db-1",
    port: 9200,
    enable: [],
    disable: [],
    purge: true,
  };
  expect(nodeExporterPlan.gate?.(config, "10.0.0.6")).toEqual({
    ...scrape,
    address: "10.0.0.6",
    port: 9200,
  });
  expect(nodeExporterPlan.packages(config)).toEqual({
    "prometheus-node-exporter": {
      purge: true,
      deferStart: ["prometheus-node-exporter.service"],
    },
  });
});
