import { z } from "zod";

const inputs = z.looseObject({
  host: z.unknown().optional(),
  labels: z.unknown().optional(),
  tags: z.unknown().optional(),
});
const resource = z.object({ inputs: inputs.nullish() });

/** How a machine says whose it is, at Hetzner and at DigitalOcean. */
const labels = z.object({ "flotilla-host": z.string() });
const tags = z.array(z.string());

const metadata = z.object({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  old: resource.nullish(),
  new: resource.nullish(),
});

const step = z.object({ metadata });

/** The part of Pulumi's event stream (`pulumi up --json`, one event a line) that is shown. */
const engineEvent = z.object({
  resourcePreEvent: step.optional(),
  resOutputsEvent: step.optional(),
  diagnosticEvent: z
    .object({
      urn: z.string().optional(),
      message: z.string(),
      severity: z.string(),
    })
    .optional(),
  summaryEvent: z
    .object({ resourceChanges: z.record(z.string(), z.number()).nullish() })
    .optional(),
});

type EngineEvent = z.infer<typeof engineEvent>;

/** Something that an update did, in terms of the fleet. */
export type Happening =
  | { readonly kind: "started"; readonly host: string; readonly text: string }
  | {
      readonly kind: "finished";
      readonly host: string;
      readonly text: string;
      readonly isChange: boolean;
    }
  | { readonly kind: "said"; readonly host: string; readonly text: string }
  | {
      readonly kind: "failed";
      readonly host: string | undefined;
      readonly text: string;
    }
  | {
      readonly kind: "ended";
      readonly changes: Readonly<Record<string, number>>;
    };

const verbs: Readonly<
  Record<string, readonly [starting: string, finished: string]>
> = {
  create: ["creating", "created"],
  update: ["updating", "updated"],
  delete: ["removing", "removed"],
  replace: ["replacing", "replaced"],
  "create-replacement": ["replacing", "replaced"],
  "delete-replaced": ["removing the old", "removed the old"],
  refresh: ["looking at", "looked at"],
};

/** Follows one update: which host an event is about is known from the resource that it names. */
export class EventFollower {
  readonly #hosts = new Map<string, string>();

  /** What a line of the stream says; nothing for lines that are not shown. */
  follow(line: string): Happening | undefined {
    const event = parseEvent(line);
    if (event?.resourcePreEvent)
      return this.#started(event.resourcePreEvent.metadata);
    if (event?.resOutputsEvent)
      return this.#finished(event.resOutputsEvent.metadata);
    if (event?.diagnosticEvent) return this.#diagnostic(event.diagnosticEvent);
    if (event?.summaryEvent) {
      return {
        kind: "ended",
        changes: event.summaryEvent.resourceChanges ?? {},
      };
    }
    return undefined;
  }

  #started(step: z.infer<typeof metadata>): Happening | undefined {
    const host = hostOf(step);
    if (host === undefined) return undefined;
    this.#hosts.set(step.urn, host);
    const verb = verbs[step.op]?.[0];
    return verb
      ? { kind: "started", host, text: `${verb} ${labelOf(step, host)}` }
      : undefined;
  }

  #finished(step: z.infer<typeof metadata>): Happening | undefined {
    const host = hostOf(step);
    const verb = verbs[step.op]?.[1];
    if (host === undefined || verb === undefined) return undefined;
    const text = `${verb} ${labelOf(step, host)}`;
    return { kind: "finished", host, text, isChange: step.op !== "refresh" };
  }

  #diagnostic(
    event: NonNullable<EngineEvent["diagnosticEvent"]>,
  ): Happening | undefined {
    const host =
      event.urn === undefined ? undefined : this.#hosts.get(event.urn);
    const text = event.message.trim();
    if (event.severity === "error") {
      return isOnlyTheVerdict(text)
        ? undefined
        : { kind: "failed", host, text };
    }
    if (host === undefined || event.severity === "debug") return undefined;
    return { kind: "said", host, text };
  }
}

function parseEvent(line: string): EngineEvent | undefined {
  try {
    return engineEvent.parse(JSON.parse(line));
  } catch {
    // Whatever a plugin prints beside the stream is not an event.
    return undefined;
  }
}

function hostOf(step: z.infer<typeof metadata>): string | undefined {
  const { host, ...machine } = (step.new ?? step.old)?.inputs ?? {};
  const named = z.object({ name: z.string() }).safeParse(host);
  return named.success ? named.data.name : machineHostOf(machine);
}

function machineHostOf(machine: z.infer<typeof inputs>): string | undefined {
  const labelled = labels.safeParse(machine.labels);
  if (labelled.success) return labelled.data["flotilla-host"];
  const tagged = tags.safeParse(machine.tags).data ?? [];
  return tagged
    .map((tag) => /:flotilla-host:([^:]+)$/.exec(tag)?.[1])
    .find((host) => host !== undefined);
}

/** The name of a resource without the host's, which stands before it anyway. */
function labelOf(
  { urn, type }: z.infer<typeof metadata>,
  host: string,
): string {
  if (/:(Server|Droplet)$/.test(type)) return "machine";
  const name = urn.slice(urn.lastIndexOf("::") + 2);
  return name.startsWith(`${host}-`) ? name.slice(host.length + 1) : name;
}

/** What the engine and the program add to an error that was told already. */
function isOnlyTheVerdict(text: string): boolean {
  return (
    /^(update|preview|refresh) failed$/.test(text) ||
    /^what depends on \S+ was left as it is$/.test(text)
  );
}
