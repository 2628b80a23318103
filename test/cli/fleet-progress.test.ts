import { expect, test } from "vitest";
import type { Happening } from "../../cli/engine-events.ts";
import { FleetProgress } from "../../cli/fleet-progress.ts";
import type { UpdateResult } from "../../cli/fleet-update.ts";

interface Shown {
  readonly titles: readonly string[];
  readonly outputs: readonly string[];
  readonly error: string | undefined;
}

/** What stands on the line of web-1 after these happenings. */
async function show(
  happenings: readonly Happening[],
  { isLive = false, succeeded = true } = {},
): Promise<Shown> {
  const titles: string[] = [];
  const outputs: string[] = [];
  const line = {
    set title(text: string) {
      // eslint-disable-next-line no-control-regex -- colours
      titles.push(text.replaceAll(/\u001b\[\d+m/g, ""));
    },
    set output(text: string) {
      outputs.push(text);
    },
  };
  const progress = new FleetProgress({ isLive });
  const end = Promise.withResolvers<UpdateResult>();
  const followed = progress.follow("web-1", line, end.promise).then(
    () => undefined,
    (error: unknown) => String(error),
  );
  for (const happening of happenings) progress.show(happening);
  end.resolve({ succeeded, changes: {}, errors: [] });
  return { error: await followed, titles, outputs };
}

const host = "web-1";
const started: Happening = { kind: "started", host, text: "creating nginx" };
const said: Happening = {
  kind: "said",
  host,
  text: "Unpacking nginx\nSetting up nginx",
};
const finished: Happening = {
  kind: "finished",
  host,
  text: "created nginx",
  isChange: true,
};
const looked: Happening = {
  kind: "finished",
  host,
  text: "looked at nginx",
  isChange: false,
};
const failed: Happening = {
  kind: "failed",
  host,
  text: "web-1: nginx -t:\n  unknown directive",
};

test("a live line shows the last line of everything, and ends with the number of changes", async () => {
  expect(await show([started, said, finished], { isLive: true })).toEqual({
    outputs: ["creating nginx", "Setting up nginx", "created nginx"],
    titles: ["web-1 1 change"],
    error: undefined,
  });
});

test("plain lines show only what has changed, each with its host", async () => {
  const { outputs } = await show([started, said, looked, finished, finished]);
  expect(outputs).toEqual(["web-1: created nginx", "web-1: created nginx"]);
});

test("a host that was only looked at is as declared", async () => {
  expect((await show([looked])).titles).toEqual([
    "web-1 as declared, nothing to change",
  ]);
});

test("what happens on another host is not shown on this one's line", async () => {
  const { outputs, titles } = await show([{ ...finished, host: "db-1" }]);
  expect([outputs, titles]).toEqual([
    [],
    ["web-1 as declared, nothing to change"],
  ]);
});

test("a host that failed ends as failed, whatever was done before", async () => {
  const { error } = await show([finished, failed], { succeeded: false });
  expect(error).toBe("Error: web-1: failed, see below");
});

test("a host that was never reached because the update failed is not called as declared", async () => {
  expect((await show([], { succeeded: false })).titles).toEqual([
    "web-1 not finished",
  ]);
});
