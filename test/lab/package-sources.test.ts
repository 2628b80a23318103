import { expect, test } from "vitest";
import { renderCacheConfig } from "../../lab/package-cache.ts";
import { planChecks, planMirrors } from "../../lab/package-sources.ts";

const standard = {
  archive: "http://deb.debian.org/debian",
  security: "http://deb.debian.org/debian-security",
};

test.each([
  ["nothing", [], standard],
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
    { ...standard, archive: "http://ftp.example/debian" },
  ],
  [
    "snapshots",
    [
      "URIs: http://snapshot.debian.org/archive/debian/20250520T000000Z\nURIs: http://snapshot.debian.org/archive/debian-security/20250520T000000Z\n",
    ],
    {
      archive: "http://snapshot.debian.org/archive/debian/20250520T000000Z",
      security:
        "http://snapshot.debian.org/archive/debian-security/20250520T000000Z",
    },
  ],
  [
    "archives of others",
    [
      "URIs: https://deb.nodesource.com/node_20.x\n",
      "deb http://archive.ubuntu.com/ubuntu jammy main\n",
    ],
    standard,
  ],
])("the machine's Debian mirrors are found in %s", (_, sources, expected) => {
  expect(planMirrors(sources)).toEqual(expected);
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

test("the cache answers Debian's own names from the machine's mirrors, for hosts only", () => {
  const config = renderCacheConfig({
    folder: "/cache/packages",
    address: "10.86.0.1",
    offline: true,
    sources: {
      mirrors: { ...standard, archive: "https://mirror.example/debian" },
      checks: "",
      proxy: "http://proxy.example:3128",
    },
  });
  expect(config.split("\n")).toEqual(
    expect.arrayContaining([
      "CacheDir: /cache/packages/store",
      "BindAddress: 10.86.0.1",
      "Remap-debian: http://deb.debian.org/debian ; https://mirror.example/debian",
      "Proxy: http://proxy.example:3128",
      "Offlinemode: 1",
    ]),
  );
});
