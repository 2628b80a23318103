import type { CustomResourceOptions } from "@pulumi/pulumi";

/** What decides how a host's machine follows the one before it. */
export interface SuccessionSettings {
  /** The host's name. */
  readonly host: string;
  readonly generation: string;
  readonly reservedAddress: boolean;
  /** Whether the provider leads an address to another machine while one has it. */
  readonly movesAddress: boolean;
}

/** How a machine follows the one before it. */
export interface Succession {
  /** Names the machine's resource. */
  readonly resource: string;
  /** Names the machine's keys: each generation has its own. */
  readonly keys: string;
  readonly options: Pick<
    CustomResourceOptions,
    "aliases" | "deleteBeforeReplace" | "replaceOnChanges"
  >;
}

/**
 * Another generation is another resource: its machine is made beside the old one, which goes when all is done. Where
 * only the old one's end sets a reserved address free, all generations are one resource, whose old machine goes first.
 */
export function planSuccession({
  host,
  generation,
  reservedAddress,
  movesAddress,
}: SuccessionSettings): Succession {
  const keys = generation === "1" ? host : `${host}-${generation}`;
  if (movesAddress) return { resource: keys, keys, options: {} };
  const having = `${host}-with-address`;
  const [resource, other] = reservedAddress ? [having, keys] : [keys, having];
  return {
    ...{ resource, keys },
    options: {
      // The same machine, before it was given such an address, or before that was taken away.
      aliases: [{ name: other }],
      // Its name has the generation in it.
      replaceOnChanges: ["name"],
      ...(reservedAddress && { deleteBeforeReplace: true }),
    },
  };
}
