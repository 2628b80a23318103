import eslint from "@eslint/js";
import { defineConfig } from "eslint/config";
import { importX } from "eslint-plugin-import-x";
import tseslint from "typescript-eslint";

/** What each folder may import of this project, itself included: the import-direction rule of docs/architecture.md. */
const mayImport = {
  stacks: ["stacks", "components", "manifest"],
  components: ["components", "manifest", "cloud-init"],
  "components/config": [
    ...["components/config", "components/clouds"],
    ...["components/hardening", "components/services"],
    "manifest",
  ],
  "components/sources": ["components/sources", "components/config"],
  "cloud-init": ["cloud-init", "manifest"],
  manifest: ["manifest"],
  "provider/server": ["provider", "manifest", "package.json"],
  "provider/construct": [
    "provider/construct",
    "provider/schema",
    "components",
    "manifest",
  ],
  "provider/schema": ["provider/schema"],
  "provider/outside": ["provider/outside", "manifest"],
  "provider/clouds": ["provider/clouds", "manifest"],
  "provider/runtime": [
    ...provider("runtime", "ssh", "operations", "facts", "preflight"),
    "manifest",
  ],
  "provider/ssh": [...provider("ssh"), "manifest"],
  "provider/facts": [...provider("facts", "operations"), "manifest"],
  "provider/preflight": [...provider("preflight", "facts"), "manifest"],
  "provider/operations": [...provider("operations", "facts"), "manifest"],
  "provider/commands": ["provider/commands"],
  toolchain: [
    ...["toolchain", "lab", "stacks"],
    ...["components/config", "components/clouds"],
    ...["components/hardening", "components/services"],
    ...["components/sources"],
  ],
  lab: ["lab", "toolchain", "provider/server"],
};

/** Folders of the provider, and how all of them write commands. */
function provider(...folders) {
  return ["commands", ...folders].map((folder) => `provider/${folder}`);
}

const networkModules = [
  "ssh2",
  "execa",
  "@grpc/grpc-js",
  ...["net", "tls", "http", "https", "http2", "dgram", "dns", "child_process"],
];
const fileModules = ["fs", "fs/promises", "process"];

/** A module under both of its names, with and without `node:`. */
const refuse = (modules, message) =>
  modules.flatMap((name) => [
    { name, message },
    { name: `node:${name}`, message },
  ]);

const importZones = Object.entries(mayImport).map(([target, allowed]) => ({
  target: `./${target}`,
  from: "./",
  except: ["node_modules", ...allowed].map((path) => `./${path}`),
  message: `${target}/ imports only ${allowed.join(", ")} of this project.`,
}));

export default defineConfig(
  {
    ignores: [
      "dist/",
      "node_modules/",
      ".lab",
      "test/golden/",
      "test/e2e/import/",
    ],
  },
  eslint.configs.recommended,
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { URL: "readonly", process: "readonly" } },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      // A number in a message reads the same everywhere; String(n) around each hides the sentence.
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true },
      ],
      // `() => done()` is the usual shape of a callback.
      "@typescript-eslint/no-confusing-void-expression": [
        "error",
        { ignoreArrowShorthand: true },
      ],
      // A method of an asynchronous interface is async even where today's body does not wait.
      "@typescript-eslint/require-await": "off",
      // Alphabets and shell words are taken apart by code points, which is what a spread does.
      "@typescript-eslint/no-misused-spread": ["error", { allow: ["string"] }],
      // A Pulumi component may consist of its constructor.
      "@typescript-eslint/no-extraneous-class": [
        "error",
        { allowConstructorOnly: true },
      ],
      "@typescript-eslint/no-unnecessary-condition": [
        "error",
        { allowConstantLoopConditions: "only-allowed-literals" },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    plugins: { "import-x": importX },
    rules: {
      "no-console": "error",
      eqeqeq: "error",
      "import-x/no-default-export": "error",
      "import-x/no-restricted-paths": ["error", { zones: importZones }],
    },
  },
  {
    files: ["components/**/*.ts", "stacks/**/*.ts", "cloud-init/**/*.ts"],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: refuse(
            networkModules,
            "Only the provider opens connections and starts programs.",
          ),
        },
      ],
    },
  },
  {
    // The one program that the library starts: git, on this machine, before anything is planned.
    files: ["components/sources/git-command.ts"],
    rules: { "no-restricted-imports": "off" },
  },
  {
    files: [
      "manifest/**/*.ts",
      "provider/facts/**/*.ts",
      "provider/operations/**/*.ts",
      "provider/preflight/**/*.ts",
    ],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          paths: refuse(
            [...networkModules, ...fileModules],
            "Facts, operations, preflight and the manifest are pure: give them data.",
          ),
        },
      ],
      "no-restricted-globals": ["error", "process", "fetch", "setTimeout"],
    },
  },
  {
    // Who reads these wants one: the outputs of a stack are the default export of its program.
    files: ["*.config.{js,ts}", "stacks/index.ts"],
    rules: { "import-x/no-default-export": "off" },
  },
);
