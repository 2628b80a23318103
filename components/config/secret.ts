import { z } from "zod";
import { pathOf, type Problem } from "./problem.ts";
import { branchesOf, childrenOf } from "./schema-path.ts";
import { text, type Fault } from "./text.ts";
import { secretPrefix, variableWord } from "./variable-name.ts";

/** Names a secret of the stack; its value is in no configuration that anybody reads. */
export interface SecretReference {
  /** The name: `pulumi config set --secret flotilla:<name>`. */
  readonly secret: string;
}

/** Finds what keeps a secret's value from being used. It must not quote it. */
export type SecretCheck = (value: string) => Fault | undefined;

/** A secret as the stack, or the environment, has it. */
export interface StackSecret {
  readonly value: string;
  /** False when it lies in the stack's configuration in clear. */
  readonly isSecret: boolean;
  /** The environment variable that it comes from. @default - the stack */
  readonly variable?: string;
}

/** Looks a secret up by its name; `undefined` when it was not set. */
export type Secrets = (name: string) => StackSecret | undefined;

const checks = z.registry<{ check: SecretCheck }>();

const namePattern = /^[A-Za-z0-9._-]{1,100}$/;

const secretName = text(
  (value) => {
    if (value === "fleet") {
      return {
        rule: "is the name of the configuration itself",
        hint: "give the secret another name",
      };
    }
    if (namePattern.test(value)) return undefined;
    return {
      rule: "is not the name of a configuration key",
      hint: "use letters, digits, '.', '_' and '-'",
    };
  },
  { pattern: namePattern.source },
);

/** A field that takes a secret, by name and never in clear; `check` looks at its value. */
export function secretReference(check: SecretCheck = () => undefined) {
  const schema = z.strictObject({
    /** Name of a secret of the stack: `pulumi config set --secret flotilla:<name>`. */
    secret: secretName.describe("Name of a secret of the stack"),
  });
  checks.add(schema, { check });
  return schema;
}

/** True for a schema that `secretReference` made. */
export function isSecretReference(schema: z.ZodType): boolean {
  return checks.has(schema);
}

/** One place of a configuration that names a secret. */
export interface NamedSecret {
  readonly path: readonly PropertyKey[];
  readonly name: string;
  readonly check: SecretCheck;
}

/** Every secret that a configuration names, also in entries that have mistakes elsewhere. */
export function secretsIn(
  schema: z.ZodType,
  input: unknown,
  path: readonly PropertyKey[] = [],
): NamedSecret[] {
  const branches = branchesOf(schema, input);
  for (const branch of branches) {
    const check = checks.get(branch)?.check;
    const name = check && nameIn(branch, input);
    if (check && name !== undefined) return [{ path, check, name }];
  }
  return entriesOf(input).flatMap(([key, value]) =>
    branches
      .flatMap((branch) => childrenOf(branch, key))
      .flatMap((child) => secretsIn(child, value, [...path, key])),
  );
}

function nameIn(schema: z.ZodType, input: unknown): string | undefined {
  const parsed = schema.safeParse(input);
  return parsed.success ? (parsed.data as SecretReference).secret : undefined;
}

function entriesOf(input: unknown): [PropertyKey, unknown][] {
  if (Array.isArray(input)) return [...input.entries()];
  return typeof input === "object" && input !== null
    ? Object.entries(input)
    : [];
}

/** Every secret that is named was set, as a secret, and to something that can be used. */
export function ensureSecretsAreSet(
  named: readonly NamedSecret[],
  secrets: Secrets,
): Problem[] {
  return named.flatMap((one) => {
    const found = secrets(one.name);
    return found ? problemsOfValue(one, found) : [notSet(one)];
  });
}

function notSet({ path, name }: NamedSecret): Problem {
  return {
    path: pathOf([...path, "secret"]),
    value: JSON.stringify(name),
    rule: "is no secret of this stack",
    hint: `${setSecret(name)}, or ${secretPrefix}${variableWord(name)} in the environment`,
  };
}

function problemsOfValue(
  { path, name, check }: NamedSecret,
  { value, isSecret, variable }: StackSecret,
): Problem[] {
  if (!isSecret) {
    return [
      {
        path: pathOf([...path, "secret"]),
        value: JSON.stringify(name),
        rule: "lies in the configuration of this stack in clear",
        hint: `take another value, since this one was readable, and set it as a secret: ${setSecret(name)}`,
      },
    ];
  }
  const fault = check(value);
  if (!fault) return [];
  const source = variable === undefined ? {} : { source: variable };
  return [{ path: `flotilla:${name}`, value: "[secret]", ...source, ...fault }];
}

/** The command that sets a secret; it asks for the value, or reads it from stdin. */
export function setSecret(name: string): string {
  return `pulumi config set --secret flotilla:${name}`;
}
