import type { Input } from "@pulumi/pulumi";

/** `T`, where any value at any depth may come from a resource. */
export type DeepInput<T> = Input<
  T extends readonly (infer Element)[]
    ? readonly DeepInput<Element>[]
    : T extends object
      ? { readonly [Key in keyof T]: DeepInput<T[Key]> }
      : T
>;
