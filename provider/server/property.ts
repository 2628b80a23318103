import struct_pb from "google-protobuf/google/protobuf/struct_pb.js";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A value that the engine does not know yet. */
export const UNKNOWN = Symbol("unknown");

/** On the wire: a value that the engine does not know yet, and that will be secret. */
export const UNKNOWN_SECRET: Readonly<Record<string, unknown>> = {
  [SIGNATURE]: OUTPUT,
  secret: true,
};

/** A value that must stay secret in the state and on every display. */
export class Secret {
  readonly value: unknown;
  constructor(value: unknown) {
    this.value = value;
  }
}

export type PropertyMap = Record<string, unknown>;

/** Reads the wire form: secrets become `Secret`, unknowns `UNKNOWN`. */
export function decode(struct: struct_pb.Struct | undefined): PropertyMap {
  return struct ? decodeObject(struct.toJavaScript()) : {};
}

/** Writes the wire form. */
export function encode(properties: PropertyMap): struct_pb.Struct {
  const wire = encodeValue(properties) as Record<
    string,
    struct_pb.JavaScriptValue
  >;
  return struct_pb.Struct.fromJavaScript(wire);
}

/** The plain value with every secret mark taken off; unknowns stay. */
export function reveal(value: unknown): unknown {
  if (value instanceof Secret) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  if (isRecord(value)) return mapValues(value, reveal);
  return value;
}

/** Whether a secret stands anywhere in the value. */
export function hasSecret(value: unknown): boolean {
  return some(value, (leaf) => leaf instanceof Secret);
}

/** Whether anything in the value is not known yet. */
export function hasUnknown(value: unknown): boolean {
  return some(value, (leaf) => leaf === UNKNOWN);
}

/** Whether the value is an object with keys, and neither a list nor a mark of ours. */
export function isRecord(value: unknown): value is PropertyMap {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Secret)
  );
}

function some(value: unknown, matches: (leaf: unknown) => boolean): boolean {
  if (matches(value)) return true;
  if (value instanceof Secret) return some(value.value, matches);
  if (Array.isArray(value)) return value.some((leaf) => some(leaf, matches));
  if (isRecord(value))
    return Object.values(value).some((leaf) => some(leaf, matches));
  return false;
}

function decodeValue(value: unknown): unknown {
  if (value === UNKNOWN_TEXT) return UNKNOWN;
  if (Array.isArray(value)) return value.map(decodeValue);
  if (!isRecord(value)) return value;
  if (value[SIGNATURE] === SECRET)
    return new Secret(decodeValue(value["value"]));
  if (value[SIGNATURE] === OUTPUT) return decodeOutput(value);
  return decodeObject(value);
}

function decodeOutput(value: PropertyMap): unknown {
  const inner = "value" in value ? decodeValue(value["value"]) : UNKNOWN;
  return value["secret"] === true ? new Secret(inner) : inner;
}

function decodeObject(value: PropertyMap): PropertyMap {
  return mapValues(value, decodeValue);
}

function encodeValue(value: unknown): unknown {
  if (value === UNKNOWN) return UNKNOWN_TEXT;
  if (value instanceof Secret)
    return { [SIGNATURE]: SECRET, value: encodeValue(value.value) };
  if (Array.isArray(value)) return value.map(encodeValue);
  if (isRecord(value)) return mapValues(value, encodeValue);
  return value ?? null;
}

function mapValues(
  value: PropertyMap,
  map: (leaf: unknown) => unknown,
): PropertyMap {
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, leaf]) => leaf !== undefined)
      .map(([key, leaf]) => [key, map(leaf)]),
  );
}
