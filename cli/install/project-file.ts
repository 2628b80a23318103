import type { Document } from "yaml";
import { isMap, isSeq, parseDocument, YAMLSeq } from "yaml";
import { FlotillaError } from "../flotilla-error.ts";

/** The text of a project's file that names the plugin; comments, order and everything else stay. */
export function withPlugin(text: string, folder: string): string {
  const document = parseDocument(text);
  if (document.errors.length > 0 || !isMap(document.contents)) {
    const reason = document.errors[0]?.message ?? "it is no mapping";
    throw new FlotillaError(`Pulumi.yaml cannot be read: ${reason}`);
  }
  const entry = entryOf(document);
  if (entry.get("path") === folder) return text;
  entry.set("path", folder);
  return document.toString({ lineWidth: 0 });
}

/** The entry of the plugin, made where there is none. */
function entryOf(document: Document) {
  const providers = providersOf(document);
  const found = providers.items.find(
    (item) => isMap(item) && item.get("name") === "flotilla",
  );
  if (isMap(found)) return found;
  const made = document.createNode({ name: "flotilla" });
  providers.add(made);
  return made;
}

function providersOf(document: Document): YAMLSeq {
  const path = ["plugins", "providers"];
  // A key without a value holds no mapping to put something in.
  if (document.get("plugins") === undefined) document.delete("plugins");
  const found = document.getIn(path);
  if (isSeq(found)) return found;
  if (found !== undefined && found !== null) {
    throw new FlotillaError("Pulumi.yaml: plugins.providers is no list");
  }
  const made = new YAMLSeq();
  document.setIn(path, made);
  return made;
}
