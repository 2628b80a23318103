import { ComponentResource, type Output } from "@pulumi/pulumi";
import { Host, Nginx } from "../../components/index.ts";
import { known } from "./known.ts";

/** Outputs of a component that was made by another call, read from the engine. */
class Registered extends ComponentResource {
  constructor(urn: string, outputs: readonly string[]) {
    const props = Object.fromEntries(outputs.map((name) => [name, undefined]));
    super(typeOf(urn), nameOf(urn), props, { urn }, true);
  }

  get<T>(name: string): Output<T> {
    const fields = this as unknown as Readonly<Record<string, Output<T>>>;
    const found = fields[name];
    if (!found) throw new Error(`${name} was not asked for`);
    return found;
  }
}

/** The host behind a reference. */
export function referredHost(urn: unknown): Host {
  const text = String(urn);
  const names = ["address", "sshPort", "user", "hostKeys", "hostId"];
  const registered = new Registered(text, names);
  return new Host(
    nameOf(text),
    {
      address: registered.get("address"),
      hostKeys: registered.get<readonly string[]>("hostKeys"),
      port: registered.get("sshPort"),
      user: registered.get("user"),
      id: registered.get("hostId"),
    },
    { urn: text },
  );
}

/** The nginx behind a reference, with its host. */
export async function referredNginx(urn: unknown): Promise<Nginx> {
  const text = String(urn);
  const host = new Registered(text, ["host"]).get("host");
  return new Nginx(
    nameOf(text),
    { host: referredHost(await known("host", host)) },
    { urn: text },
  );
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}
