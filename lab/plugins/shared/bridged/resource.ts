import type { PropertyMap } from "../../../../provider/server/property.ts";

/** A value that was made, under the id that the state keeps it by. */
export interface Generated {
  readonly id: string;
  /** The computed outputs. */
  readonly outputs: PropertyMap;
}

/** Why inputs cannot be used: the input, and a sentence. */
export interface InputProblem {
  readonly property: string;
  readonly reason: string;
}

/** What distinguishes one resource of the plugin from another; everything else is in its schema. */
export interface Resource {
  /** Inputs with defaults filled in, as outputs show them. */
  readonly withDefaults: (inputs: PropertyMap) => PropertyMap;
  /** What is wrong with known inputs, beyond their types. */
  readonly problems?: (inputs: PropertyMap) => readonly InputProblem[];
  /** Makes the value. All inputs are known and have their defaults. */
  readonly generate: (inputs: PropertyMap) => Generated | Promise<Generated>;
  /** Takes over a value that exists, named by the id that `pulumi import` was given. */
  readonly adopt?: (id: string) => Promise<Adopted>;
  /** False where the outputs do not repeat the id. @default true */
  readonly hasIdOutput?: boolean;
  /** Whether a Diff also names the outputs that a change makes anew. @default false */
  readonly diffsNameComputed?: boolean;
  /** The version that the official plugin's state carries, so that it takes ours over without an upgrade. */
  readonly schemaVersion?: string;
}

/** A value that was taken over. */
export interface Adopted extends Generated {
  readonly inputs: PropertyMap;
}

/** A problem with the name that the official plugin gives it. */
export class ResourceProblem extends Error {
  override readonly name = "ResourceProblem";
  readonly title: string;

  constructor(title: string, message: string) {
    super(message);
    this.title = title;
  }
}
