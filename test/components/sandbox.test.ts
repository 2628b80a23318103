import { expect, test } from "vitest";
import { renderSandbox, sandboxItems } from "../../components/sandbox.ts";

test("a sandbox is one drop-in, read by systemd before it is in place, and a restart", () => {
  const items = sandboxItems("a.service", { capabilities: [], writable: [] });
  expect(Object.keys(items)).toEqual([
    "directory:/etc/systemd/system/a.service.d",
    "file:/etc/systemd/system/a.service.d/flotilla-sandbox.conf",
  ]);
  expect(
    items["file:/etc/systemd/system/a.service.d/flotilla-sandbox.conf"],
  ).toMatchObject({
    validate: "unit",
    notify: [{ unit: "a.service", action: "restart" }],
  });
});

test("what is named stays, everything else goes", () => {
  const lines = renderSandbox({
    capabilities: ["CAP_CHOWN", "CAP_SETUID"],
    writable: ["/run", "/var/log/x"],
    home: "read-only",
    families: ["AF_NETLINK"],
    changesUser: true,
    makesCode: true,
    privateTmp: false,
    hidesProcesses: false,
  }).split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      "CapabilityBoundingSet=CAP_CHOWN CAP_SETUID",
      "ReadWritePaths=-/run -/var/log/x",
      "ProtectHome=read-only",
      "RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK",
    ]),
  );
  expect(lines.join("\n")).not.toMatch(
    /MemoryDenyWriteExecute|PrivateTmp|ProtectProc|~@privileged/,
  );
});
