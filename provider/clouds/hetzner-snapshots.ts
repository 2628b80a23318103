import { z } from "zod";
import {
  isMark,
  snapshotName,
  type FoundSnapshot,
  type MakeSnapshotMaker,
  type Progress,
} from "./machine-snapshot.ts";

const markLabel = "flotilla-before";

const image = z.object({
  id: z.number(),
  description: z.string(),
  created: z.string(),
  image_size: z.number().nullable(),
  status: z.string(),
  labels: z.record(z.string(), z.string()),
  protection: z.object({ delete: z.boolean() }),
});

const next = z.object({
  pagination: z.object({ next_page: z.number().nullable() }),
});
const images = z.object({ images: z.array(image), meta: next });

const action = z.object({
  id: z.number(),
  command: z.string(),
  status: z.enum(["running", "success", "error"]),
});
const actions = z.object({ actions: z.array(action), meta: next });
const oneAction = z.object({ action });

const progressOf: Readonly<Record<string, Progress>> = {
  running: "running",
  success: "done",
  error: "failed",
};

/** Snapshots at Hetzner Cloud: labels tell whose they are, and what they were made before. */
export const hetznerSnapshots: MakeSnapshotMaker = (api, subject) => {
  const { machine, stack, host } = subject;
  const labels = { "flotilla-stack": stack, "flotilla-host": host };
  const selector = [
    ...Object.entries(labels).map(([name, value]) => `${name}==${value}`),
    markLabel,
  ].join(",");
  const query = `type=snapshot&label_selector=${encodeURIComponent(selector)}`;
  return {
    list: async () => {
      const found = await api.list(async (page) => {
        const path = `/images?${query}&page=${page}&per_page=50`;
        const { images: some, meta } = await api.get(path, images);
        return [some, meta.pagination.next_page !== null];
      });
      return found.flatMap(toSnapshot);
    },
    running: async () => {
      const found = await api.list(async (page) => {
        const path = `/servers/${machine}/actions?status=running&page=${page}&per_page=50`;
        const { actions: some, meta } = await api.get(path, actions);
        return [some, meta.pagination.next_page !== null];
      });
      const making = found.find(({ command }) => command === "create_image");
      return making && String(making.id);
    },
    begin: async (mark) => {
      const body = {
        type: "snapshot",
        description: snapshotName(subject, mark),
        labels: { ...labels, [markLabel]: mark },
      };
      const path = `/servers/${machine}/actions/create_image`;
      const begun = await api.post(path, body, oneAction);
      return String(begun.action.id);
    },
    progress: async (work) => {
      const { action: found } = await api.get(`/actions/${work}`, oneAction);
      return progressOf[found.status] ?? "running";
    },
    remove: (id) => api.remove(`/images/${id}`),
  };
};

function toSnapshot(found: z.output<typeof image>): FoundSnapshot[] {
  const mark = found.labels[markLabel] ?? "";
  if (!isMark(mark)) return [];
  return [
    {
      id: String(found.id),
      name: found.description,
      createdAt: found.created,
      ...(found.image_size !== null && { sizeGb: found.image_size }),
      mark,
      isComplete: found.status === "available",
      isProtected: found.protection.delete,
    },
  ];
}
