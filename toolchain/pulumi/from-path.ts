import { realpath } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { findExecutable, isExecutable, searchPath } from "../search-path.ts";
import {
  type Finding,
  isNewEnough,
  minimumVersion,
  parseVersion,
} from "./cli.ts";

/** The CLI that the user has installed, when it is new enough and has its language host. */
export async function findOnPath(directories = searchPath()): Promise<Finding> {
  const file = findExecutable("pulumi", directories);
  if (!file) return { why: "no pulumi on PATH" };
  const result = await execa(file, ["version"], {
    timeout: 20_000,
    reject: false,
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  const version = parseVersion(result.failed ? "" : result.stdout);
  if (!version) return { why: `${file} does not tell its version` };
  if (!isNewEnough(version)) {
    return { why: `${file} is ${version}, older than ${minimumVersion}` };
  }
  if (!(await hasLanguageHost(file, directories))) {
    return {
      why: `${file} has no pulumi-language-nodejs beside it or on PATH`,
    };
  }
  return { cli: { directory: path.dirname(file), version, source: "path" } };
}

async function hasLanguageHost(
  file: string,
  directories: readonly string[],
): Promise<boolean> {
  const beside = path.join(
    path.dirname(await realpath(file)),
    "pulumi-language-nodejs",
  );
  return (
    isExecutable(beside) ||
    findExecutable("pulumi-language-nodejs", directories) !== undefined
  );
}
