import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { vi } from "vitest";

/** What the engine was asked to make. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  /** Inputs as they are meant, the wire's marks of secrets taken off. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that are secret. */
  readonly secrets: readonly string[];
  /** Type and name of the parent, as `Host web-1`. */
  readonly parent: string;
  /** Type and name of what it waits for. */
  readonly dependencies: readonly string[];
  /** Type and name of its explicit provider. */
  readonly provider: string;
}

/** The part of the request that is looked at; the SDK has no types for it. */
interface Request {
  getType(): string;
  getName(): string;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getParent(): string;
  getDependenciesList(): string[];
  getProvider(): string;
}

/** The password that `random` makes here. */
export const generatedPassword = "Canary0123456789";

/** Where machines are that are made here. */
const addresses: Readonly<Record<string, string>> = {
  "hcloud:index/server:Server": "203.0.113.10",
  "digitalocean:index/droplet:Droplet": "203.0.113.20",
  "hcloud:index/primaryIp:PrimaryIp": "203.0.113.30",
  "digitalocean:index/reservedIp:ReservedIp": "203.0.113.40",
  "digitalocean:index/reservedIpAssignment:ReservedIpAssignment":
    "203.0.113.40",
};

/** What is made with a number that others name. */
const numbers: Readonly<Record<string, string>> = {
  "digitalocean:index/droplet:Droplet": "20",
  "hcloud:index/primaryIp:PrimaryIp": "30",
};

const manifestType = "flotilla:index:Manifest";
const acceptedType = "flotilla:index:AcceptedHostKey";
const keyType = "tls:index/privateKey:PrivateKey";
const passwordType = "random:index/randomPassword:RandomPassword";
const nouns = [
  ...["Fleet", "Host", "Packages", "User", "Nginx", "Redis", "StaticSite"],
  ...["Firewall", "Gate", "Hardening", "Manifest", "Preflight"],
  ...["BreakGlassKey", "AcceptedHostKey"],
  ...["Postgres", "PostgresRole", "PostgresDatabase", "PostgresGrant"],
  ...["PostgresClient", "Hook", "Hooks", "SshIdentity", "Cloud"],
  "MachineSnapshots",
];
const knownTypes = new Set([
  "pulumi:providers:flotilla",
  passwordType,
  keyType,
  "command:local:Command",
  "command:remote:Command",
  ...Object.keys(addresses),
  "hcloud:index/sshKey:SshKey",
  "hcloud:index/firewall:Firewall",
  "digitalocean:index/sshKey:SshKey",
  "digitalocean:index/firewall:Firewall",
  ...nouns.map((noun) => `flotilla:index:${noun}`),
]);

// Once: requests of an earlier program must still find the stand-in that answered them.
await pulumi.runtime.setMocks(
  { newResource, call },
  "fleet",
  "test",
  false,
  "me",
);

/**
 * Runs a program with a stand-in for the engine and returns what it made. The program gives its
 * options to what it makes, so that nothing is missed; a type that is not known is a mistake.
 */
export async function made(
  program: (opts: pulumi.ComponentResourceOptions) => unknown,
): Promise<Recorded[]> {
  const requests = vi.spyOn(MockMonitor.prototype, "registerResource");
  const { calls } = requests.mock;
  const resources: pulumi.Resource[] = [];
  const collect: pulumi.ResourceTransformation = ({ resource }) => {
    resources.push(resource);
    return undefined;
  };
  try {
    program({ transformations: [collect] });
  } finally {
    await settled(resources);
    requests.mockRestore();
  }
  return checked(
    calls.map(([request]) => record(request as Request)),
    resources.length,
  );
}

/** A resource is made when its URN is known. */
function settled(resources: readonly pulumi.Resource[]): Promise<unknown> {
  return new Promise((resolve) => {
    pulumi.all(resources.map(({ urn }) => urn)).apply(resolve);
  });
}

function checked(recorded: Recorded[], count: number): Recorded[] {
  const unknown = recorded.filter(({ type }) => !knownTypes.has(type));
  if (unknown.length > 0) throw new Error(`unknown type ${unknown[0]?.type}`);
  if (count === 0 || recorded.length < count) {
    throw new Error(`${recorded.length} of ${count} resources were made`);
  }
  return recorded;
}

function newResource({ type, name, inputs }: pulumi.runtime.MockResourceArgs) {
  const state = { ...(inputs as object), ...outputsOf(type, name) };
  return { id: numbers[type] ?? `${name}-id`, state };
}

function call(): never {
  throw new Error("nothing here calls a function");
}

/** The public key that `tls` makes here. */
export function keyOf(name: string): string {
  return Buffer.from(`key of ${name}`).toString("base64");
}

/** The private key that `tls` makes here, in OpenSSH's frame. */
export function privateKeyOf(name: string): string {
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${keyOf(`the private ${name}`)}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

function outputsOf(type: string, name: string): object {
  const address = addresses[type];
  if (address) return { ipv4Address: address, ipAddress: address };
  if (type === passwordType) {
    return { result: pulumi.secret(generatedPassword) };
  }
  if (type === keyType) {
    return {
      publicKeyOpenssh: `ssh-ed25519 ${keyOf(name)}\n`,
      privateKeyOpenssh: pulumi.secret(privateKeyOf(name)),
    };
  }
  if (type === acceptedType) {
    return { hostKeys: [`ssh-ed25519 ${keyOf(name)}`], fingerprint: "SHA256:" };
  }
  if (type !== manifestType) return {};
  return {
    observed: {},
    revision: `revision of ${name}`,
    facts: { cpus: 2, os: "debian 12" },
  };
}

function record(request: Request): Recorded {
  const inputs = request.getObject().toJavaScript();
  const [provider = ""] = request.getProvider().split(/::[^:]*$/);
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: plain(inputs) as Record<string, unknown>,
    secrets: secretPaths(inputs, ""),
    parent: titleOf(request.getParent()),
    dependencies: request.getDependenciesList().map(titleOf).sort(),
    provider: titleOf(provider),
  };
}

/** `…::flotilla:index:Fleet$flotilla:index:Host::web-1` → `Host web-1`. */
function titleOf(urn: string): string {
  const [types = "", name = ""] = urn.split("::").slice(-2);
  return urn === "" ? "" : `${types.split(/[$:]/).at(-1)} ${name}`;
}

const mark = "4dabf18193072939515e22adb298388d";

function isMarked(value: object): value is { value: unknown } {
  return mark in value && "value" in value;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (isMarked(value)) return plain(value.value);
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, plain(one)]),
  );
}

function secretPaths(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (isMarked(value)) return [path];
  return Object.entries(value).flatMap(([key, one]) =>
    secretPaths(one, path === "" ? key : `${path} ${key}`),
  );
}
