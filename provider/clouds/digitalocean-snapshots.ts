import { z } from "zod";
import {
  markOf,
  snapshotName,
  type MakeSnapshotMaker,
  type Progress,
} from "./machine-snapshot.ts";

const links = z
  .object({ pages: z.object({ next: z.string().optional() }).optional() })
  .optional();

const snapshots = z.object({
  snapshots: z.array(
    z.object({
      id: z.coerce.string(),
      name: z.string(),
      created_at: z.string(),
      size_gigabytes: z.number(),
    }),
  ),
  links,
});

const action = z.object({
  id: z.number(),
  type: z.string(),
  status: z.enum(["in-progress", "completed", "errored"]),
});
const actions = z.object({ actions: z.array(action), links });
const oneAction = z.object({ action });

const progressOf: Readonly<Record<string, Progress>> = {
  "in-progress": "running",
  completed: "done",
  errored: "failed",
};

/** Snapshots at DigitalOcean: those of droplets take no tags, so the name says all; one is listed when it is complete. */
export const digitaloceanSnapshots: MakeSnapshotMaker = (api, subject) => {
  const { machine } = subject;
  return {
    list: async () => {
      const found = await api.list(async (page) => {
        const path = `/snapshots?resource_type=droplet&page=${page}&per_page=200`;
        const body = await api.get(path, snapshots);
        return [body.snapshots, body.links?.pages?.next !== undefined];
      });
      return found.flatMap(({ id, name, created_at, size_gigabytes }) => {
        const mark = markOf(subject, name);
        if (mark === undefined) return [];
        const known = { id, name, createdAt: created_at };
        const state = { mark, isComplete: true, isProtected: false };
        return [{ ...known, sizeGb: size_gigabytes, ...state }];
      });
    },
    running: async () => {
      const path = `/droplets/${machine}/actions?per_page=200`;
      const { actions: found } = await api.get(path, actions);
      const making = found.find(
        ({ type, status }) => type === "snapshot" && status === "in-progress",
      );
      return making && String(making.id);
    },
    begin: async (mark) => {
      const body = { type: "snapshot", name: snapshotName(subject, mark) };
      const path = `/droplets/${machine}/actions`;
      const begun = await api.post(path, body, oneAction);
      return String(begun.action.id);
    },
    progress: async (work) => {
      const { action: found } = await api.get(`/actions/${work}`, oneAction);
      return progressOf[found.status] ?? "running";
    },
    remove: (id) => api.remove(`/snapshots/${id}`),
  };
};
