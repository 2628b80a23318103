import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { RunError } from "@pulumi/pulumi";
import { sourceHash } from "./source-hash.ts";

/** Stops a program whose compiled code is not the code of the checkout: old code is never deployed. */
export function ensureFreshBuild(
  root = path.join(import.meta.dirname, "..", ".."),
): void {
  const isCheckout = existsSync(path.join(root, "stacks"));
  if (isCheckout && builtHash(root) !== sourceHash(root)) {
    throw new RunError(
      "the sources have changed since the last build: run npm run build",
    );
  }
}

function builtHash(root: string): string | undefined {
  const file = path.join(root, "dist", "source-hash");
  return existsSync(file) ? readFileSync(file, "utf8").trim() : undefined;
}
