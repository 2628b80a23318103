import type { PropertyMap } from "../../../../provider/server/property.ts";
import type { InputProblem } from "../bridged/resource.ts";

/** What the schema does not say about the fields of a resource or of a nested object. */
export interface Traits {
  /** Inputs that the API fills in where none is given. */
  readonly computed?: readonly string[];
  /** What outputs show where no input is given. */
  readonly defaults?: PropertyMap;
  /** Lists whose order means nothing. */
  readonly sets?: readonly string[];
}

/** One resource that is kept by an API. */
export interface ManagedResource<Api> extends Traits {
  /**
   * How the official plugin was made, which decides how it words errors and tells changes: "sdk" gives every path that
   * changed and keeps absent outputs as null, "framework" gives only names and leaves absent outputs out. @default "sdk"
   */
  readonly style?: "sdk" | "framework";
  /** Whether Check gives a name where none is given. @default false */
  readonly isAutonamed?: boolean;
  /** Inputs that Check fills in. */
  readonly inputDefaults?: PropertyMap;
  /** Traits of nested objects, by the list that they are in. */
  readonly nested?: Readonly<
    Record<string, Traits & { readonly inputDefaults?: PropertyMap }>
  >;
  /** Inputs whose change replaces the resource, beyond those that the schema marks. */
  readonly replaces?: readonly string[];
  /** Inputs that the schema marks as replacing, and that have gone: a Diff does not tell that they stay. */
  readonly unstable?: readonly string[];
  /** Lists whose changes are told as one. */
  readonly toldAsOne?: readonly string[];
  /** Computed fields that a Diff names beside any real change. */
  readonly toldBeside?: readonly string[];
  /** What the state keeps instead of an input, a hash for example; equal ones are no change. */
  readonly kept?: Readonly<Record<string, (given: string) => string>>;
  /** What is wrong with the inputs that are known, beyond their types. */
  readonly problems?: (inputs: PropertyMap) => readonly InputProblem[];
  /** Why Check itself fails, rather than telling a problem. */
  readonly checkRefusal?: (
    inputs: PropertyMap,
  ) => { readonly title: string; readonly message: string } | undefined;
  /** Why a plan cannot be carried out at all; Diff and Create fail with it. */
  readonly refusal?: (inputs: PropertyMap) => string | undefined;
  /** Changes that replace the resource although no single input does; they are told at `__meta`. */
  readonly replacesFor?: (before: PropertyMap, after: PropertyMap) => boolean;
  /** The version that the official plugin's state carries, so that it takes ours over without an upgrade. */
  readonly schemaVersion?: string;
  /** Makes it. `made` is called as soon as it exists: what fails from then on leaves it in the state. */
  readonly create: (call: CreateCall<Api>) => Promise<Found | undefined>;
  /** What there is of it; undefined when it is gone. */
  readonly read: (call: Call<Api>) => Promise<Found | undefined>;
  /** Carries changes over; without it every change replaces. "gone" when it is not there any more. */
  readonly update?: (
    call: UpdateCall<Api>,
  ) => Promise<Found | "gone" | undefined>;
  readonly remove: (call: Call<Api>) => Promise<void>;
}

/** Outputs as the API gives them. What is not among them stays as it was planned. */
export type Found = PropertyMap;

/** A call about something that exists. */
export interface Call<Api> {
  readonly api: Api;
  readonly id: string;
  /** Its state; empty at an import. */
  readonly state: PropertyMap;
  /** When to stop waiting, in milliseconds since 1970; undefined is the resource's own limit. */
  readonly deadline: number | undefined;
}

/** A Create, with every input known. */
export interface CreateCall<Api> {
  readonly api: Api;
  /** The inputs in the types of the schema, with defaults. */
  readonly inputs: PropertyMap;
  readonly made: (id: string) => void;
  readonly deadline: number | undefined;
}

/** An Update. */
export interface UpdateCall<Api> extends Call<Api> {
  readonly inputs: PropertyMap;
  /** Names of the inputs that differ from the state. */
  readonly changed: ReadonlySet<string>;
}
