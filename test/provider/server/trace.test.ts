import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  openTrace,
  urnOf,
  withoutOutput,
} from "../../../provider/server/trace.ts";

let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "flotilla-trace-"));
  file = path.join(folder, "trace.log");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

it("writes one line per event, for its owner alone to read", async () => {
  const trace = openTrace({ FLOTILLA_LOG: "trace", FLOTILLA_LOG_FILE: file });
  trace("dial", "web-1", "connected");
  trace("rpc", "Create", "two\nlines", "3 ms", "ok");
  const text = await readFile(file, "utf8");
  expect(text).toMatch(
    /^\S+Z\tdial\tweb-1\tconnected\n\S+Z\trpc\tCreate\ttwo lines\t3 ms\tok\n$/,
  );
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it("adds to what an earlier plugin of the same command wrote", async () => {
  for (const host of ["web-1", "db-1"])
    openTrace({ FLOTILLA_LOG: "trace", FLOTILLA_LOG_FILE: file })("dial", host);
  expect((await readFile(file, "utf8")).trim().split("\n")).toHaveLength(2);
});

it.each([
  { FLOTILLA_LOG: "trace" },
  { FLOTILLA_LOG_FILE: "trace.log" },
  { FLOTILLA_LOG: "info", FLOTILLA_LOG_FILE: "trace.log" },
])("writes nothing unless it is asked to: %j", async (environment) => {
  const named = "FLOTILLA_LOG_FILE" in environment;
  openTrace(named ? { ...environment, FLOTILLA_LOG_FILE: file } : environment)(
    "dial",
    "web-1",
  );
  await expect(stat(file)).rejects.toThrow("ENOENT");
});

it("tells the records of a job, but not what programs printed", () => {
  expect(withoutOutput("step\t01\tbegin\tfile /etc/a")).toEqual([
    "step",
    "01",
    "begin",
    "file /etc/a",
  ]);
  expect(withoutOutput("log\tpassword is x")).toEqual(["log", "13 characters"]);
  expect(withoutOutput("tail\tpassword is x")).toEqual([
    "tail",
    "13 characters",
  ]);
});

it("names the resource of a request, where there is one", () => {
  const request = new provider_pb.CreateRequest();
  request.setUrn("urn:pulumi:dev::p::t::n");
  expect(urnOf(request)).toBe("urn:pulumi:dev::p::t::n");
  expect(urnOf(new provider_pb.ConfigureRequest())).toBe("-");
});
