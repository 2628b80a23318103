import { readFileSync } from "node:fs";
import { Archive } from "./archive.ts";
import { Mirror } from "./mirror.ts";
import { createPackageServer } from "./server.ts";
import { cacheSettings } from "./settings.ts";

const [settingsFile = ""] = process.argv.slice(2);

/** Serves packages to hosts, as a file of settings says; `package-cache.ts` starts it. */
const settings = cacheSettings.parse(
  JSON.parse(readFileSync(settingsFile, "utf8")),
);
const { folder, address, mirrors } = settings;
const log = (line: string) => {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
};
const mirror = new Mirror(settings.proxy);
const online = await Archive.open({ folder, log, mirror });
createPackageServer(online, mirrors, log).listen(settings.port, address);
const offline = await Archive.open({ folder, log });
createPackageServer(offline, mirrors, log).listen(
  settings.offlinePort,
  address,
);
