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
  "components.ts",
);

const introduction = `// Made by \`npm run docs\` from components/; changes by hand are lost.

/** The components of the package schema, by type token. */
export const components = `;

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
  const text = JSON.stringify(Object.fromEntries(resources));
  return prettier.format(`${introduction}${text} as const;`, {
    parser: "typescript",
  });
}

if (import.meta.main) {
  await runEntryPoint(async () => {
    writeFileSync(componentSchemaFile, await renderComponentSchema());
  });
}
