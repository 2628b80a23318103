import { writeFileSync } from "node:fs";
import path from "node:path";
import prettier from "prettier";
import { exportedComponents } from "./component-schema/components.ts";
import { inputsOf, outputsOf, summaryOf } from "./component-schema/source.ts";
import { runEntryPoint } from "./toolchain-error.ts";

/** Where the schema of the components lies; the provider sends it, and reads the inputs of components by it. */
export const componentSchemaFile = path.join(
  import.meta.dirname,
  "..",
  "provider",
  "schema",
  "components.json",
);

/** The schema of the components that programs in other languages can use, made from the components' sources. */
export async function renderComponentSchema(): Promise<string> {
  const resources = exportedComponents.map((component) => {
    const inputs = inputsOf(component);
    const outputs = outputsOf(component);
    return [
      `flotilla:index:${component.name}`,
      {
        isComponent: true,
        description: summaryOf(component),
        inputProperties: inputs.properties,
        requiredInputs: inputs.required,
        properties: outputs.properties,
        required: outputs.required,
      },
    ];
  });
  return prettier.format(JSON.stringify(Object.fromEntries(resources)), {
    parser: "json",
  });
}

if (import.meta.main) {
  await runEntryPoint(async () => {
    writeFileSync(componentSchemaFile, await renderComponentSchema());
  });
}
