import { buffer } from "node:stream/consumers";
import tar from "tar-stream";
import type { RuntimeFiles } from "./runtime-files.ts";

/** What one job needs on the host. */
export interface BundleContent {
  /** `undefined` where the host has it. */
  readonly runtime: RuntimeFiles | undefined;
  readonly plan: string;
  readonly payloads: readonly (string | Buffer)[];
}

/** Packs runtime, plan and payloads; dates and owners are fixed, so that equal content gives equal bytes. */
export async function renderBundle(content: BundleContent): Promise<Buffer> {
  const pack = tar.pack();
  const add = (name: string, data: string | Buffer, mode: number): void => {
    pack.entry({ name, mode, mtime: new Date(0) }, data);
  };
  for (const [name, data] of content.runtime?.files ?? [])
    add(`runtime/${name}`, data, name.endsWith(".service") ? 0o644 : 0o755);
  add("plan", content.plan, 0o600);
  content.payloads.forEach((data, index) => {
    add(`payload/${String(index)}`, data, 0o600);
  });
  pack.finalize();
  return buffer(pack);
}
