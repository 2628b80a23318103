import { z } from "zod";

const properties = z.record(
  z.string(),
  z.looseObject({
    type: z.string().optional(),
    $ref: z.string().optional(),
    additionalProperties: z
      .looseObject({
        type: z.string().optional(),
        $ref: z.string().optional(),
      })
      .optional(),
    secret: z.boolean().default(false),
  }),
);

const schema = z.looseObject({
  resources: z.record(
    z.string(),
    z.looseObject({
      inputProperties: properties,
      requiredInputs: z.array(z.string()).default([]),
      properties,
      required: z.array(z.string()).default([]),
    }),
  ),
});

type PropertyTable = z.output<typeof properties>;

/** What programs depend on in a schema, without its prose: types, secrets, and what is required. */
export function describeResources(text: unknown): Record<string, unknown> {
  const described = Object.entries(schema.parse(text).resources).map(
    ([token, resource]) => [
      token,
      {
        inputs: typesOf(resource.inputProperties),
        requiredInputs: resource.requiredInputs.toSorted(),
        outputs: typesOf(resource.properties),
        requiredOutputs: resource.required.toSorted(),
        secrets: Object.entries(resource.properties)
          .filter(([, { secret }]) => secret)
          .map(([name]) => name)
          .toSorted(),
      },
    ],
  );
  return Object.fromEntries(described) as Record<string, unknown>;
}

function typesOf(table: PropertyTable): Record<string, string> {
  return Object.fromEntries(
    Object.entries(table).map(([name, one]) => [name, typeOf(one)]),
  );
}

function typeOf({
  type,
  $ref,
  additionalProperties: values,
}: PropertyTable[string]): string {
  if (values) return `map of ${values.type ?? values.$ref ?? ""}`;
  return type ?? $ref ?? "";
}
