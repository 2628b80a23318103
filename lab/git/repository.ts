import { mkdtemp, rename, rm } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { isFolder } from "../image.ts";

/** A bare repository whose first commit holds the files of `from`; one that is there stays as it is. */
export async function ensureRepository(
  bare: string,
  from: string,
): Promise<void> {
  if (await isFolder(bare)) return;
  const making = await mkdtemp(`${bare}.`);
  try {
    await git("init", "--quiet", "--bare", "--initial-branch=main", making);
    const inside = [`--git-dir=${making}`, `--work-tree=${from}`];
    await git(...inside, "add", "--all", "--force");
    await git(...inside, "commit", "--quiet", "--message=The first page");
    await rm(path.join(making, "index"));
    await rename(making, bare);
  } finally {
    await rm(making, { recursive: true, force: true });
  }
}

/** Runs git as somebody who has configured nothing. */
async function git(...words: string[]): Promise<void> {
  const name = { GIT_AUTHOR_NAME: "Flotilla", GIT_COMMITTER_NAME: "Flotilla" };
  const mail = "lab@flotilla.test";
  await execa("git", words, {
    stdin: "ignore",
    extendEnv: false,
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_EMAIL: mail,
      GIT_COMMITTER_EMAIL: mail,
      ...name,
    },
  });
}
