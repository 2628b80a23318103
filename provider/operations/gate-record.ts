import type { Gate } from "../../manifest/gates.ts";
import type { PlanRecord } from "./job-plan.ts";

/** A gate as a record of the plan. */
export function gateRecord(name: string, gate: Gate): PlanRecord {
  return [
    "gate",
    name,
    gate.kind,
    String(gate.intervalSeconds),
    String(gate.deadlineSeconds),
    String(gate.successes),
    gate.unit ?? "-",
    ...gateArguments(gate),
  ];
}

/** A gate as the words of one try: name, kind, unit or `-`, arguments. */
export function gateWords(name: string, gate: Gate): string[] {
  return [name, gate.kind, gate.unit ?? "-", ...gateArguments(gate)];
}

function gateArguments(gate: Gate): string[] {
  switch (gate.kind) {
    case "unit":
    case "nginx":
      return [];
    case "tcp":
      return [gate.address, String(gate.port)];
    case "redis":
      return [gate.address, String(gate.port), gate.passwordFile ?? "-"];
    case "postgres":
      return [
        gate.address,
        String(gate.port),
        gate.database,
        gate.role,
        gate.passwordFile,
        gate.probe,
      ];
    case "cloud-init":
      return [gate.userData, gate.users.join(",") || "-", gate.hostname ?? "-"];
    case "ssh-key":
      return [gate.user, gate.file];
    case "http":
      return [
        gate.address,
        String(gate.port),
        gate.path,
        gate.host ?? "-",
        String(gate.status),
        gate.body ?? "-",
      ];
  }
}
