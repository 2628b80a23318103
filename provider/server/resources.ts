import type provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import type empty_pb from "google-protobuf/google/protobuf/empty_pb.js";
import { check as checkHostKey } from "./accepted-host-key/check.ts";
import { create as createHostKey } from "./accepted-host-key/create.ts";
import { remove as removeHostKey } from "./accepted-host-key/delete.ts";
import { diff as diffHostKey } from "./accepted-host-key/diff.ts";
import { read as readHostKey } from "./accepted-host-key/read.ts";
import { update as updateHostKey } from "./accepted-host-key/update.ts";
import { check } from "./check.ts";
import { create } from "./create.ts";
import { remove } from "./delete.ts";
import { diff } from "./diff.ts";
import { check as checkSnapshots } from "./snapshots/check.ts";
import { create as createSnapshots } from "./snapshots/create.ts";
import { remove as removeSnapshots } from "./snapshots/delete.ts";
import { diff as diffSnapshots } from "./snapshots/diff.ts";
import { read as readSnapshots } from "./snapshots/read.ts";
import { update as updateSnapshots } from "./snapshots/update.ts";
import { check as checkPreflight } from "./preflight/check.ts";
import { create as createPreflight } from "./preflight/create.ts";
import { remove as removePreflight } from "./preflight/delete.ts";
import { diff as diffPreflight } from "./preflight/diff.ts";
import { read as readPreflight } from "./preflight/read.ts";
import { update as updatePreflight } from "./preflight/update.ts";
import { read } from "./read.ts";
import type { Session } from "./session.ts";
import { update } from "./update.ts";

type Method<Request, Response> = (
  session: Session,
  request: Request,
) => Response | Promise<Response>;

/** What a type of resource answers to the engine. */
interface ResourceType {
  readonly check: Method<provider_pb.CheckRequest, provider_pb.CheckResponse>;
  readonly diff: Method<provider_pb.DiffRequest, provider_pb.DiffResponse>;
  readonly create: Method<
    provider_pb.CreateRequest,
    provider_pb.CreateResponse
  >;
  readonly read: Method<provider_pb.ReadRequest, provider_pb.ReadResponse>;
  readonly update: Method<
    provider_pb.UpdateRequest,
    provider_pb.UpdateResponse
  >;
  readonly remove: Method<provider_pb.DeleteRequest, empty_pb.Empty>;
}

const resourceTypes: Readonly<Record<string, ResourceType | undefined>> = {
  "flotilla:index:Manifest": { check, diff, create, read, update, remove },
  "flotilla:index:AcceptedHostKey": {
    check: checkHostKey,
    create: createHostKey,
    diff: diffHostKey,
    read: readHostKey,
    update: updateHostKey,
    remove: removeHostKey,
  },
  "flotilla:index:Preflight": {
    check: checkPreflight,
    diff: diffPreflight,
    create: createPreflight,
    read: readPreflight,
    update: updatePreflight,
    remove: removePreflight,
  },
  "flotilla:index:MachineSnapshots": {
    check: checkSnapshots,
    diff: diffSnapshots,
    create: createSnapshots,
    read: readSnapshots,
    update: updateSnapshots,
    remove: removeSnapshots,
  },
};

/** The type of a resource, from its URN. */
export function resourceType(urn: string): ResourceType {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  const found = resourceTypes[type];
  if (!found) throw new Error(`the provider has no resource of type '${type}'`);
  return found;
}
