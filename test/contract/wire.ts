import struct_pb from "google-protobuf/google/protobuf/struct_pb.js";

// Written out here once more, not shared with the plugins: a mistake there must not hide itself.
const signature = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
const outputSignature = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Properties as the tables write them: `"<unknown>"`, `{ "$secret": value }`. */
export type Properties = Readonly<Record<string, unknown>>;

/** From the tables' notation to the wire. */
export function toStruct(properties: Properties): struct_pb.Struct {
  const wire = toWire(properties) as Record<string, struct_pb.JavaScriptValue>;
  return struct_pb.Struct.fromJavaScript(wire);
}

/** From the wire to the tables' notation. */
export function fromStruct(struct: struct_pb.Struct | undefined): Properties {
  return fromWire(struct?.toJavaScript() ?? {}) as Properties;
}

function toWire(value: unknown): unknown {
  if (value === "<unknown>") return unknownText;
  if (Array.isArray(value)) return value.map(toWire);
  if (!isObject(value)) return value;
  if ("$secret" in value) {
    return { [signature]: secretSignature, value: toWire(value["$secret"]) };
  }
  return mapObject(value, toWire);
}

function fromWire(value: unknown): unknown {
  if (value === unknownText) return "<unknown>";
  if (Array.isArray(value)) return value.map(fromWire);
  if (!isObject(value)) return value;
  if (value[signature] === outputSignature) {
    return { $output: { secret: value["secret"] } };
  }
  if (value[signature] === secretSignature) {
    return { $secret: fromWire(value["value"]) };
  }
  return mapObject(value, fromWire);
}

/** Whether the value is an object with keys. */
export function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The object with each value replaced. */
export function mapObject(
  value: Properties,
  map: (leaf: unknown) => unknown,
): Properties {
  return Object.fromEntries(
    Object.entries(value).map(([key, leaf]) => [key, map(leaf)]),
  );
}
