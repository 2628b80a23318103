import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { exportComments } from "./config-docs/comments.ts";
import { keysOf, type Key } from "./config-docs/keys.ts";
import { sections, type Section } from "./config-docs/sections.ts";
import {
  fleetSchema,
  renderSchema,
  schemaFiles,
  stackSchema,
} from "./config-schema.ts";
import { runEntryPoint } from "./toolchain-error.ts";

/** Where the page lies. */
export const configPage = path.join(
  import.meta.dirname,
  "..",
  "docs",
  "config.md",
);

/** The reference of the configuration, as Markdown. */
export function renderConfigPage(): string {
  return [
    introduction,
    "## Example",
    "Every key is in it, and a test checks that it is accepted as it stands.",
    `\`\`\`yaml\n${part("example.yaml")}\`\`\``,
    part("guide.md").trimEnd(),
    ...sections.flatMap(renderSection),
    "## What is checked over the whole",
    "Before anything is contacted, and all mistakes at once, each with its path, its value and what to do:",
    rules()
      .map((rule) => `- ${rule}`)
      .join("\n"),
    "",
  ].join("\n\n");
}

const introduction = `<!-- Made by \`npm run docs\` from components/; changes by hand are lost. -->

# Configuration

Everything is under the one key \`flotilla:fleet\` in \`Pulumi.<stack>.yaml\`, as nested YAML, or in [a file](#a-file-of-its-own) that it names. Unknown keys are errors, with the key that was probably meant.

**A change updates in place, on the hosts that it concerns alone, unless its key says otherwise.** "Replaces" means: removed on the old host first, then made on the new one. Paths on your machine are relative to the project's folder.`;

/** What no schema says, as it is written beside this program. */
function part(name: string): string {
  const file = path.join(import.meta.dirname, "config-docs", name);
  return readFileSync(file, "utf8");
}

function renderSection(section: Section): string[] {
  return [
    `## ${section.title.replace("<", "\\<")}`,
    section.about,
    renderTable(keysOf(section)),
  ];
}

function renderTable(keys: readonly Key[]): string {
  const rows = keys.map(({ name, type, default: value, text }) => [
    `\`${name}\``,
    type,
    value,
    text,
  ]);
  return [
    ["key", "value", "default", "what it does, and what a change does"],
    ["---", "---", "---", "---"],
    ...rows,
  ]
    .map((cells) => `| ${cells.map(escapeCell).join(" | ")} |`)
    .join("\n");
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

/** The statements that must hold: what the rules' own comments say. */
function rules(): string[] {
  const files = [
    "config/rules",
    "config/git-rules",
    "config/flow-rules",
    "config/cloud-rules",
    "config/ports",
    "config/lockout",
    "hardening/rules",
    "config/lab",
    "config/break-glass",
    "config/secret",
  ];
  return files
    .flatMap((name) => [...exportComments(`${name}.ts`)])
    .filter(([name]) => /^ensure(?!WholeFleet)/.test(name))
    .map(([, { text }]) => text);
}

if (import.meta.main) {
  await runEntryPoint(async () => {
    writeFileSync(configPage, renderConfigPage());
    mkdirSync(path.dirname(schemaFiles.fleet), { recursive: true });
    writeFileSync(schemaFiles.fleet, renderSchema(fleetSchema()));
    writeFileSync(schemaFiles.stack, renderSchema(stackSchema()));
  });
}
