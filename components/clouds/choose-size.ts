import type { SizeConfig } from "./size.ts";
import { cheapest, renderSize, type Catalogue } from "./size.ts";

/** The size that was chosen, and what is to be said of it. */
export interface ChosenSize {
  /** The provider's name. */
  readonly name: string;
  /** What it has and costs, where the catalogue knows it. */
  readonly text: string;
}

/** The size that a machine gets; `undefined` when the catalogue has none that is large enough. */
export function chooseSize(
  catalogue: Catalogue,
  wanted: SizeConfig,
): ChosenSize | undefined {
  if (typeof wanted === "string") {
    const known = catalogue.sizes.find(({ name }) => name === wanted);
    return {
      name: wanted,
      text: known ? renderSize(catalogue, known) : wanted,
    };
  }
  const found = cheapest(catalogue, wanted);
  return found && { name: found.name, text: renderSize(catalogue, found) };
}
