import { expect, test } from "vitest";
import {
  planChecks,
  planMirrors,
} from "../../../lab/packages/package-sources.ts";

const mirrors = {
  archive: "https://mirror.example/debian",
  security: "https://mirror.example/debian-security",
};

test.each([
  [
    "deb822",
    [
      "Types: deb\nURIs: https://mirror.example/debian/\nSuites: bookworm\n",
      "Types: deb\nURIs: https://mirror.example/debian-security\nSuites: bookworm-security\n",
    ],
    {
      archive: "https://mirror.example/debian",
      security: "https://mirror.example/debian-security",
    },
  ],
  [
    "one line each",
    [
      "# deb http://old.example/debian bookworm main\ndeb [arch=amd64 signed-by=/k.gpg] http://ftp.example/debian bookworm main\ndeb-src http://src.example/debian bookworm main\n",
    ],
    {
      archive: "http://ftp.example/debian",
      security: "http://ftp.example/debian-security",
    },
  ],
  [
    "snapshots",
    [
      "URIs: http://snapshot.example/archive/debian/20250520T000000Z\nURIs: http://snapshot.example/archive/debian-security/20250520T000000Z\n",
    ],
    {
      archive: "http://snapshot.example/archive/debian/20250520T000000Z",
      security:
        "http://snapshot.example/archive/debian-security/20250520T000000Z",
    },
  ],
])("the machine's Debian mirrors are found in %s", (_, sources, expected) => {
  expect(planMirrors(sources)).toEqual(expected);
});

const others = [
  "URIs: https://node.example/node_20.x\n",
  "deb http://archive.example/ubuntu jammy main\n",
];

test.each([
  ["no sources at all", []],
  ["archives of others alone", others],
])("fails on a machine with %s, and says what to set", (_, sources) => {
  expect(() => planMirrors(sources)).toThrow("set FLOTILLA_LAB_MIRROR");
});

test("a mirror that is named stands in for the machine's", () => {
  expect(planMirrors(others, "https://mirror.example/debian/")).toEqual(
    mirrors,
  );
});

test("hosts take over the machine's checks of age, and never refuse lists for theirs", () => {
  const dump = [
    'Acquire::Check-Valid-Until "true";',
    'Acquire::Check-Date "false";',
    'Acquire::http::Proxy "http://proxy.example:3128";',
    "",
  ].join("\n");
  expect(planChecks(dump)).toBe(
    'Acquire::Check-Date "false";\nAcquire::Check-Valid-Until "false";\n',
  );
});
