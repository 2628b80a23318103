/**
 * Who owns what on a host, as the ledger writes it: stack, project, the components around the resource, and its name.
 * Two manifests of one name under different components are two owners.
 */
export function manifestIdOf(urn: string): string {
  const [, stack = "", project = "", types = "", ...name] = urn
    .replace(/^urn:pulumi:/, "::")
    .split("::");
  const around = types.split("$").slice(0, -1).map(shortType);
  return [stack, project, ...around, name.join("::")].join("/");
}

/** `flotilla:index:StaticSite` is `StaticSite`; another package's type keeps all of its name. */
function shortType(type: string): string {
  return type.replace(/^flotilla:index:/, "").replaceAll("/", ".");
}
