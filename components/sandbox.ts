import { item, type Items } from "./items.ts";

/** What a service may still do inside its sandbox; everything that is not named is taken away. */
export interface Sandbox {
  /** Capabilities that its processes may have, such as `CAP_CHOWN`. */
  readonly capabilities: readonly string[];
  /** Folders that it may write to; all others are read-only. One that does not exist is no mistake. */
  readonly writable: readonly string[];
  /** Home folders: none to be seen, or to be read. @default "none" */
  readonly home?: "none" | "read-only";
  /** Kinds of sockets beside IP and Unix. @default [] */
  readonly families?: readonly string[];
  /** Its own private /tmp. @default true */
  readonly privateTmp?: boolean;
  /** Changes its own user, as a server that starts as root does. @default false */
  readonly changesUser?: boolean;
  /** Makes code while it runs, such as a just-in-time compiler. @default false */
  readonly makesCode?: boolean;
  /** Asks the kernel how its clock is kept; it never sets it. @default false */
  readonly readsClock?: boolean;
  /** Does not see other users' processes. @default true */
  readonly hidesProcesses?: boolean;
}

/** The items that put a unit into a sandbox: one drop-in. Where the unit is a template, `restarted` is what its instances are a part of. */
export function sandboxItems(
  unit: string,
  sandbox: Sandbox,
  restarted = unit,
): Items {
  const folder = `/etc/systemd/system/${unit}.d`;
  return {
    ...item("directory", folder, {}),
    ...item("file", `${folder}/flotilla-sandbox.conf`, {
      template: renderSandbox(sandbox),
      validate: "unit",
      notify: [{ unit: restarted, action: "restart" }],
    }),
  };
}

/** The drop-in of a sandbox. Kept to what systemd 249 (Ubuntu 22.04) knows. */
export function renderSandbox(sandbox: Sandbox): string {
  const { capabilities, families = [], changesUser } = sandbox;
  const { makesCode, readsClock } = sandbox;
  const sockets = ["AF_INET", "AF_INET6", "AF_UNIX", ...families];
  const lines = [
    "# Made by Flotilla: what the service does not need is taken away (docs/hardening.md).",
    "[Service]",
    `CapabilityBoundingSet=${capabilities.join(" ")}`,
    "NoNewPrivileges=yes",
    ...fileLines(sandbox),
    "PrivateDevices=yes",
    ...(readsClock ? [] : ["ProtectClock=yes"]),
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    `RestrictAddressFamilies=${sockets.join(" ")}`,
    "RestrictNamespaces=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "LockPersonality=yes",
    ...(makesCode ? [] : ["MemoryDenyWriteExecute=yes"]),
    "SystemCallArchitectures=native",
    "SystemCallFilter=@system-service",
    ...(changesUser ? [] : ["SystemCallFilter=~@privileged"]),
    ...(readsClock ? ["SystemCallFilter=adjtimex clock_adjtime"] : []),
    "SystemCallErrorNumber=EPERM",
  ];
  return `${lines.join("\n")}\n`;
}

function fileLines(sandbox: Sandbox): string[] {
  const { writable, home = "none", privateTmp, hidesProcesses } = sandbox;
  return [
    "ProtectSystem=strict",
    ...(writable.length > 0
      ? [`ReadWritePaths=${writable.map((path) => `-${path}`).join(" ")}`]
      : []),
    `ProtectHome=${home === "none" ? "yes" : "read-only"}`,
    ...(privateTmp === false ? [] : ["PrivateTmp=yes"]),
    ...(hidesProcesses === false ? [] : ["ProtectProc=invisible"]),
  ];
}
