import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import tar from "tar-stream";
import type { Bundle } from "./simulated-host.ts";

/** Unpacks what the provider sends; the runtime in it is of no use to a host that is not there. */
export async function unpack(bytes: Buffer): Promise<Bundle> {
  const payloads = new Map<string, Buffer>();
  let plan = "";
  for await (const entry of Readable.from([bytes]).pipe(tar.extract())) {
    const content = await buffer(entry);
    const { name } = entry.header;
    if (name === "plan") plan = content.toString();
    if (name.startsWith("payload/"))
      payloads.set(name.slice("payload/".length), content);
  }
  return { plan, payloads };
}
