/** Who owns what on a host: stack, project and name of the resource, as the ledger writes them. */
export function manifestIdOf(urn: string): string {
  const [, stack = "", project = "", , ...name] = urn
    .replace(/^urn:pulumi:/, "::")
    .split("::");
  return `${stack}/${project}/${name.join("::")}`;
}
