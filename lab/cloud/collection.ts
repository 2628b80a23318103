/** Things of one kind by their id, as they lie in the state. */
export type Kept<T> = Record<string, T>;

/** Things of one kind, in the order they were made; what is changed in them is changed in the state. */
export class Collection<T extends { readonly id: number | string }> {
  readonly #kept: Kept<T>;

  constructor(kept: Kept<T>) {
    this.#kept = kept;
  }

  get(id: number | string): T | undefined {
    return this.#kept[id];
  }

  all(): T[] {
    return Object.values(this.#kept);
  }

  add(thing: T): T {
    this.#kept[thing.id] = thing;
    return thing;
  }

  remove(id: number | string): void {
    // The state is a plain record: it is written as JSON.
    Reflect.deleteProperty(this.#kept, id);
  }
}
