import { createHash } from "node:crypto";

/** What lies at one path. */
export interface Node {
  readonly type: "file" | "directory" | "link";
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** SHA-256 of a file, target of a link, `-` of a directory. */
  readonly content: string;
}

/** A step that failed, in the words of the real runtime. */
export class StepFailed extends Error {}

const linkAttributes = { mode: "0777", owner: "root", group: "root" };
const rootDirectory: Node = {
  ...{ type: "directory", mode: "0755", owner: "root", group: "root" },
  content: "-",
};

/** A file system as far as jobs touch it. */
export class SimulatedPaths {
  #nodes = new Map<string, Node>();

  /** What lies there; folders that every Debian has count as there. */
  at(path: string): Node | undefined {
    const isBase = /^\/(?:etc|srv|var|var\/lib|opt)?$/.test(path);
    return this.#nodes.get(path) ?? (isBase ? rootDirectory : undefined);
  }

  /** A copy to go back to. */
  snapshot(): ReadonlyMap<string, Node> {
    return new Map(this.#nodes);
  }

  /** Goes back to a copy. */
  restore(snapshot: ReadonlyMap<string, Node>): void {
    this.#nodes = new Map(snapshot);
  }

  /** `file`: payload, path, mode, owner, group. */
  file(
    data: Buffer,
    path: string,
    mode: string,
    owner: string,
    group: string,
  ): void {
    const content = createHash("sha256").update(data).digest("hex");
    if (this.at(path)?.type === "directory")
      throw new StepFailed(`file ${path} failed with exit code 1`);
    this.#makeParents(path);
    this.#nodes.set(path, { type: "file", mode, owner, group, content });
  }

  /** `directory`: path, mode, owner, group. */
  directory(path: string, mode: string, owner: string, group: string): void {
    const old = this.at(path);
    if (old && old.type !== "directory")
      throw new StepFailed(`${path} exists and is not a directory`);
    this.#makeParents(path);
    this.#nodes.set(path, {
      ...{ type: "directory", mode, owner, group },
      content: "-",
    });
  }

  /** `attributes`: path, mode, owner, group. */
  attributes(path: string, mode: string, owner: string, group: string): void {
    const old = this.at(path);
    if (!old)
      throw new StepFailed(`attributes ${path} failed with exit code 1`);
    this.#nodes.set(path, { ...old, mode, owner, group });
  }

  /** `link`: path, target. */
  link(path: string, target: string): void {
    if (this.at(path)?.type === "directory")
      throw new StepFailed(
        `${path} is a directory: a link does not replace it`,
      );
    this.#makeParents(path);
    this.#nodes.set(path, { ...linkAttributes, type: "link", content: target });
  }

  /** `remove`: path. False for a directory that is not empty: it stays. */
  remove(path: string): boolean {
    const isFull = [...this.#nodes.keys()].some((one) =>
      one.startsWith(`${path}/`),
    );
    if (this.at(path)?.type === "directory" && isFull) return false;
    this.#nodes.delete(path);
    return true;
  }

  #makeParents(path: string): void {
    const parent = path.slice(0, path.lastIndexOf("/"));
    if (parent === "" || this.at(parent)) return;
    this.#makeParents(parent);
    this.#nodes.set(parent, rootDirectory);
  }
}
