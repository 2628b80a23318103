import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  decode,
  encode,
  isRecord,
  reveal,
  Secret,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import { chooseName } from "./name.ts";
import {
  findManaged,
  isFramework,
  type Known,
  type ManagedPlugin,
} from "./plugin.ts";
import type { Session } from "./session.ts";
import { snakeCase } from "./set-order.ts";
import { coerce, withoutMarks } from "./value.ts";

const common = ["version", "pluginDownloadURL"];

/** CheckConfig: the configuration as it came, its secrets marked, and what is wrong with it. */
export function checkConfiguration<Api>(
  plugin: ManagedPlugin<Api>,
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  const { variables } = plugin.schema.config;
  const given = reveal(decode(request.getNews())) as PropertyMap;
  const unknown = Object.keys(given).filter(
    (key) => !(key in variables) && !common.includes(key),
  );
  const reasons = [
    ...unknown.map(
      (key) =>
        `Invalid or unknown key. Examine values at '${request.getName()}.${key}'.`,
    ),
    ...(plugin.configurationProblems?.(given) ?? []),
  ].map((reason) => `could not validate provider configuration: ${reason}`);
  const isRepeated =
    reasons.length === 0 || (plugin.repeatsWrongConfiguration ?? true);
  const inputs = Object.entries(given).map(([key, value]) => {
    const text = typeof value === "number" ? String(value) : value;
    return [key, variables[key]?.secret ? new Secret(text) : text];
  });
  return answer(
    isRepeated ? (Object.fromEntries(inputs) as PropertyMap) : undefined,
    reasons,
  );
}

/** Check: the inputs in their types and with a name, and what is wrong with them. */
export function check<Api>(
  session: Session<Api>,
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  const known = findManaged(session.plugin, request.getType());
  const raw = reveal(decode(request.getNews())) as PropertyMap;
  const given = withoutMarks(raw) as PropertyMap;
  const filled = fillIn(known, request, given);
  const inputs = Object.fromEntries(
    Object.entries({ ...filled, ...given }).map(([key, value]) => {
      const shape = known.shapes[key];
      return [key, shape ? coerce(shape, value) : value];
    }),
  );
  session.refuseInputs(known, inputs, request.getUrn());
  const reasons = problemsOf(known, inputs, request.getName());
  return answer(markDefaults(known, inputs, Object.keys(filled)), reasons);
}

function fillIn<Api>(
  { resource }: Known<Api>,
  request: provider_pb.CheckRequest,
  given: PropertyMap,
): PropertyMap {
  const presets = Object.entries(resource.inputDefaults ?? {});
  const isNamed = !resource.isAutonamed || given["name"] !== undefined;
  return {
    ...(isNamed ? {} : { name: chooseName(request) }),
    ...Object.fromEntries(presets.filter(([key]) => given[key] === undefined)),
  };
}

/** What was filled in is named in `__defaults`, which the older kind also has in each nested object. */
function markDefaults<Api>(
  known: Known<Api>,
  inputs: PropertyMap,
  filled: readonly string[],
): PropertyMap {
  if (isFramework(known)) return inputs;
  const entries = Object.entries(inputs).map(([key, value]) => {
    const shape = known.shapes[key];
    const isNested = shape?.kind === "list" && shape.item.kind === "object";
    if (!isNested || !Array.isArray(value)) return [key, value];
    const presets = known.resource.nested?.[key]?.inputDefaults;
    const items = value.map((one: unknown) =>
      isRecord(one) ? { __defaults: [], ...presets, ...one } : one,
    );
    return [key, items];
  });
  return {
    __defaults: filled.toSorted(),
    ...(Object.fromEntries(entries) as PropertyMap),
  };
}

function problemsOf<Api>(
  known: Known<Api>,
  inputs: PropertyMap,
  name: string,
): string[] {
  const { schema, resource, shapes } = known;
  const missing = (schema.requiredInputs ?? []).filter(
    (key) => inputs[key] === undefined || inputs[key] === null,
  );
  const unknown = Object.keys(inputs).filter((key) => !(key in shapes));
  const unreadable = Object.entries(inputs).filter(
    ([key, value]) =>
      shapes[key]?.kind === "boolean" && typeof value === "string",
  );
  const problems = resource.problems?.(inputs) ?? [];
  const at = (key: string) => `Examine values at '${name}.${key}'.`;
  return [
    ...unknown.map((key) => `Invalid or unknown key. ${at(key)}`),
    ...missing.map((key) => `${missingText(known, key)} ${at(key)}`.trim()),
    ...unreadable.map(
      ([key, value]) =>
        `cannot parse '' as bool: strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax. ${at(key)}`,
    ),
    ...problems.map(({ property, reason }) => `${reason} ${at(property)}`),
  ];
}

function missingText<Api>(known: Known<Api>, key: string): string {
  return isFramework(known)
    ? `Missing required property '${key}'.`
    : `Missing required argument. The argument "${snakeCase(key)}" is required, but no definition was found..`;
}

function answer(
  inputs: PropertyMap | undefined,
  reasons: readonly string[],
): provider_pb.CheckResponse {
  const response = new provider_pb.CheckResponse().setFailuresList(
    reasons.map((reason) => new provider_pb.CheckFailure().setReason(reason)),
  );
  return inputs ? response.setInputs(encode(inputs)) : response;
}
