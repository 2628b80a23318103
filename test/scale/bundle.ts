import { buffer } from "node:stream/consumers";
import { Readable } from "node:stream";
import tar from "tar-stream";
import type { Bundle } from "./simulated-host.ts";

/** Unpacks what the provider sends; of the runtime, a host that is not there only needs to know that it came. */
export async function unpack(bytes: Buffer): Promise<Bundle> {
  const payloads = new Map<string, Buffer>();
  let plan = "";
  let hasRuntime = false;
  for await (const entry of Readable.from([bytes]).pipe(tar.extract())) {
    const content = await buffer(entry);
    const { name } = entry.header;
    if (name.startsWith("runtime/")) hasRuntime = true;
    if (name === "plan") plan = content.toString();
    if (name.startsWith("payload/"))
      payloads.set(name.slice("payload/".length), content);
  }
  return { plan, payloads, hasRuntime };
}
