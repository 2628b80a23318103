import { grouped } from "../../../manifest/grouped.ts";
import type { ItemWith, ManifestItem } from "../item.ts";
import { partsOf } from "./sql.ts";

/** An item that PostgreSQL is asked for. */
export type PostgresItem = Extract<
  ManifestItem,
  { kind: `postgres-${string}` }
>;

/** One call of `host/observe/`, under the name that its problems carry. */
export interface Ask {
  readonly name: string;
  readonly words: readonly string[];
}

/** Narrows to what PostgreSQL is asked for. */
export function isPostgres(item: ManifestItem): item is PostgresItem {
  return item.kind.startsWith("postgres-");
}

/** The name of the call that asks for an item. */
export function askedBy(item: PostgresItem): string {
  switch (item.kind) {
    case "postgres-cluster":
    case "postgres-grant":
      return item.key;
    case "postgres-role":
    case "postgres-database":
      return `${item.kind}:${partsOf(item.name)[0]}`;
  }
}

/** The calls that ask for all items: one per cluster for its roles, one for its databases. */
export function postgresAsks(items: readonly ManifestItem[]): Ask[] {
  const asked = grouped(items.filter(isPostgres), askedBy);
  return [...asked]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, [first, ...more]]) => ({
      name,
      words: first ? wordsOf(first, [first, ...more]) : [],
    }));
}

function wordsOf(first: PostgresItem, all: readonly PostgresItem[]): string[] {
  const [cluster, ...names] = partsOf(first.name);
  const second = unique(all.map(({ name }) => partsOf(name)[1]));
  switch (first.kind) {
    case "postgres-cluster":
      return ["observe_postgres_cluster", cluster];
    case "postgres-role":
      return ["observe_postgres_roles", cluster, ...second];
    case "postgres-database":
      return ["observe_postgres_databases", cluster, ...second];
    case "postgres-grant": {
      const grants = all as readonly ItemWith<"postgres-grant">[];
      const schemas = unique(
        grants.flatMap(({ body }) => Object.keys(body.schemas)),
      );
      return [
        "observe_postgres_grants",
        cluster,
        ...names,
        schemas.join(",") || "-",
      ];
    }
  }
}

function unique(words: readonly string[]): string[] {
  return [...new Set(words)].sort();
}
