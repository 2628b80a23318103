import type { Output } from "@pulumi/pulumi";

/** Gives the value of a secret of the stack by its name, marked secret. */
export type SecretOf = (name: string) => Output<string>;
