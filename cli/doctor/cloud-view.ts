import type { CloudApi } from "../../provider/clouds/cloud-api.ts";

/** A machine that a provider has. */
export interface SeenMachine {
  readonly id: string;
  readonly name: string;
  /** Whether it carries the label of the stack. */
  readonly isLabelled: boolean;
}

/** A size, as the provider sells it now. */
export interface Offer {
  readonly name: string;
  readonly cpus: number;
  readonly memoryMib: number;
  readonly diskGib: number;
  /** Price of a month without taxes, in the currency of the catalogue, by the locations where it is sold. */
  readonly prices: Readonly<Record<string, number>>;
  /** Day from which on it is not sold any more, where one was named. */
  readonly soldUntil?: string | undefined;
}

/** What there is at a provider. */
export interface CloudView {
  readonly machines: readonly SeenMachine[];
  /** Places where machines can be made. */
  readonly locations: readonly string[];
  readonly offers: readonly Offer[];
  /** Names and numbers of the images that were asked for, and exist. */
  readonly images: ReadonlySet<string>;
  /** Machines that the account may have. @default - the API does not say */
  readonly limit?: number | undefined;
  /** What the provider says of the account, where that is not that all is well. */
  readonly accountFault?: string | undefined;
}

/** What is asked of a provider. */
export interface CloudQuestion {
  /** The stack, as labels have it. */
  readonly stack: string;
  readonly images: readonly string[];
}

/** Looks at a provider, with GET alone. */
export type LookAtCloud = (
  api: CloudApi,
  question: CloudQuestion,
) => Promise<CloudView>;
