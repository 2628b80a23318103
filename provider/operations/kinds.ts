import type { ItemKind } from "../../manifest/items.ts";
import { absent } from "./absent.ts";
import { directory } from "./directory.ts";
import { file } from "./file.ts";
import { hostKey } from "./host-key.ts";
import type { ItemWith } from "./item.ts";
import { link } from "./link.ts";
import { nftables } from "./nftables.ts";
import type { Operation } from "./operation.ts";
import { packages } from "./package.ts";
import { cluster } from "./postgres/cluster.ts";
import { database } from "./postgres/database.ts";
import { grant } from "./postgres/grant.ts";
import { role } from "./postgres/role.ts";
import { release } from "./release.ts";
import { setting } from "./setting.ts";
import { sshd } from "./sshd.ts";
import { sysctl } from "./sysctl.ts";
import { unit } from "./unit.ts";
import { user } from "./user.ts";

const operations: { readonly [K in ItemKind]: Operation<K> } = {
  package: packages,
  file,
  directory,
  link,
  absent,
  unit,
  release,
  nftables,
  sshd,
  "host-key": hostKey,
  setting,
  sysctl,
  user,
  "postgres-cluster": cluster,
  "postgres-role": role,
  "postgres-database": database,
  "postgres-grant": grant,
};

/** What can be done with an item of this kind. */
export function operationOf<K extends ItemKind>(
  item: Pick<ItemWith<K>, "kind">,
): Operation<K> {
  return operations[item.kind];
}
