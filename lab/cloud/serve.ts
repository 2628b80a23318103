import { serve } from "@hono/node-server";
import { openLabCloud } from "./lab-cloud.ts";

const [lab = "", port = ""] = process.argv.slice(2);

/** Serves the cloud of a lab to this machine; `cloud-server.ts` starts it. */
const cloud = await openLabCloud(lab);
const server = serve({
  fetch: cloud.app.fetch,
  hostname: "127.0.0.1",
  port: Number(port),
});

// Work that has begun is brought to its end: the next start would find it cut off.
process.once("SIGTERM", () => {
  server.close();
  void cloud.settled().finally(() => process.exit(0));
});
