import { readFileSync } from "node:fs";
import { Archive } from "./archive.ts";
import { Mirror } from "./mirror.ts";
import { createPackageServer } from "./server.ts";
import { cacheSettings } from "./settings.ts";

const [settingsFile = ""] = process.argv.slice(2);

/** Serves packages to hosts, as a file of settings says; `package-cache.ts` starts it. */
const { folder, address, port, mirrors, proxy, offline } = cacheSettings.parse(
  JSON.parse(readFileSync(settingsFile, "utf8")),
);
const log = (line: string) => {
  process.stderr.write(`${new Date().toISOString()} ${line}\n`);
};
const archive = await Archive.open({
  ...{ folder, log },
  ...(!offline && { mirror: new Mirror(proxy) }),
});
createPackageServer(archive, mirrors, log).listen(port, address);
