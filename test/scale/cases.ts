import fc from "fast-check";

/** What one manifest wants, as its inputs say it. */
export type Wanted = Readonly<Record<string, unknown>>;

const folders = ["/srv/scale", "/srv/scale/a", "/etc/scale"];
const names = ["one", "two", "three"];
const path = fc
  .tuple(fc.constantFrom(...folders), fc.constantFrom(...names))
  .map(([folder, name]) => `${folder}/${name}`);
const mode = fc.constantFrom("0644", "0600", "0640");
const owner = fc.constantFrom("root", "www-data");

const file = fc.record({
  template: fc.constantFrom("first\n", "second\n", ""),
  mode,
  owner,
  group: owner,
  adopt: fc.boolean(),
});
const link = fc.record({ target: fc.constantFrom("/etc/hosts", "one") });
const folder = fc.record({ mode: fc.constantFrom("0755", "0750"), owner });
const item = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(
      path.map((at) => `file:${at}`),
      file,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      path.map((at) => `link:${at}`),
      link,
    ),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc
        .constantFrom(...folders, "/srv/scale/b")
        .map((at) => `directory:${at}`),
      folder,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      path.map((at) => `absent:${at}`),
      fc.constant({}),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom("package:tree", "package:no-such-package"),
      fc.record({ purge: fc.boolean() }),
    ),
  },
);

/** Fifty states that a host is taken through, one after the other; the same on every run. */
export const cases: readonly Wanted[] = fc
  .sample(fc.array(item, { minLength: 1, maxLength: 6 }), {
    seed: 4,
    numRuns: 50,
  })
  .map((items) => onePerPath(items));

/** A path is wanted in one way only: the last. */
function onePerPath(items: readonly (readonly [string, unknown])[]): Wanted {
  const byPath = new Map(
    items.map(([key, body]) => [
      key.slice(key.indexOf(":")),
      [key, body] as const,
    ]),
  );
  return Object.fromEntries(byPath.values());
}
