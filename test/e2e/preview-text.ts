/** One resource of a preview. */
interface Block {
  readonly indent: number;
  readonly urn: string;
  readonly lines: readonly string[];
}

const head = /^ *[-+~ ]*\S+: \((?:create|update|replace|delete|same)\)$/;
const note = /^[\w-]+: (?=.* will )/;
const end = /^ *--outputs:--$|^Resources:/;

/**
 * What `pulumi preview --diff` printed, the same for equal previews: resources come in the order of their names instead
 * of the order in which they were ready, and what differs from run to run has a name.
 */
export function readable(
  output: string,
  names: Readonly<Record<string, string>>,
): string {
  const lines = withNames(output, names).split("\n");
  const stop = lines.findIndex((line) => end.test(line));
  const body = lines.slice(0, stop);
  const notes = body.filter((line) => note.test(line)).sort();
  const rest = body.filter((line) => !note.test(line));
  const start = rest.findIndex((line) => head.test(line));
  return [
    ...rest.slice(0, start),
    ...inOrder(blocksOf(rest.slice(start))).flatMap((block) => block.lines),
    ...notes,
    ...lines.slice(stop),
    "",
  ].join("\n");
}

function blocksOf(lines: readonly string[]): Block[] {
  const starts = lines.flatMap((line, index) =>
    head.test(line) ? [index] : [],
  );
  return starts.map((start, index) => {
    const block = lines.slice(start, starts[index + 1]);
    const urn = /\[urn=(\S+)\]/.exec(block.join("\n"))?.[1];
    if (!urn)
      throw new Error(`a resource without a name:\n${block.join("\n")}`);
    const indent = (block[0] ?? "").search(/[^ ]/);
    return { indent, urn, lines: block };
  });
}

/** The stack and the fleet first; below them by name, a component before what it holds. */
function inOrder(blocks: readonly Block[]): Block[] {
  return blocks.toSorted(
    (a, b) =>
      Math.min(a.indent, 8) - Math.min(b.indent, 8) ||
      compare(nameOf(a), nameOf(b)) ||
      a.indent - b.indent ||
      compare(a.urn, b.urn),
  );
}

function nameOf({ urn }: Block): string {
  return urn.split("::").at(-1) ?? "";
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

function withNames(
  output: string,
  names: Readonly<Record<string, string>>,
): string {
  const named = Object.entries(names).reduce(
    (text, [from, to]) => text.replaceAll(from, to),
    output.replaceAll("\r", "").trimEnd(),
  );
  return named
    .replace(/(ssh-ed25519) [0-9A-Za-z+/=]+/g, "$1 <host key>")
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "<id>")
    .replace(/::default_[0-9_]+/g, "::default_<version>")
    .replace(/"[0-9a-f]{32}"/g, '"<revision>"');
}
