import type * as pulumi from "@pulumi/pulumi";
import type { Host } from "../../hosts/host.ts";

/** A server that roles and databases are declared on: a `Postgres`, or one that is there already. */
export interface PostgresServer {
  readonly host: Host;
  /** The port that it listens on. */
  readonly port: number;
  /** Its name among the clusters of its host. */
  readonly cluster: string;
  /** What must be done before anything is declared on it. @default - the host is reached */
  readonly ready?: pulumi.Resource | undefined;
}
