import { z } from "zod";
import type { Found, ManagedResource } from "../shared/managed/resource.ts";
import type { Hetzner } from "./api.ts";
import { unlessMissing } from "./error.ts";
import { firewallAnswer } from "./firewall.ts";

const inputs = z.object({
  firewallId: z.number(),
  serverIds: z.array(z.number()).nullish(),
  labelSelectors: z.array(z.string()).nullish(),
});

type Targets = z.infer<typeof inputs>;

/** `hcloud.FirewallAttachment`: the servers and label selectors that a firewall is for. */
export const firewallAttachment: ManagedResource<Hetzner> = {
  sets: ["serverIds", "labelSelectors"],
  create: async ({ api, inputs: given, made, deadline }) => {
    const wanted = inputs.parse(given);
    const { firewallId: id } = wanted;
    const body = { apply_to: targetsOf(wanted) };
    const answer = await api.ask(
      `POST /firewalls/${id}/actions/apply_to_resources`,
      body,
    );
    made(String(id));
    await api.finish(answer, deadline);
    return undefined;
  },
  read: async ({ api, id }) => readTargets(api, id),
  update: async ({ api, id, state, inputs: given, deadline }) => {
    const [before, wanted] = [inputs.parse(state), inputs.parse(given)];
    const gone = targetsOf(before, wanted);
    const fresh = targetsOf(wanted, before);
    const path = `POST /firewalls/${id}/actions`;
    if (gone.length > 0)
      await api.act(
        `${path}/remove_from_resources`,
        { remove_from: gone },
        deadline,
      );
    if (fresh.length > 0)
      await api.act(
        `${path}/apply_to_resources`,
        { apply_to: fresh },
        deadline,
      );
    return undefined;
  },
  remove: async ({ api, id, state, deadline }) => {
    const body = { remove_from: targetsOf(inputs.parse(state)) };
    await api.act(
      `POST /firewalls/${id}/actions/remove_from_resources`,
      body,
      deadline,
    );
  },
};

async function readTargets(
  api: Hetzner,
  id: string,
): Promise<Found | undefined> {
  const found = await unlessMissing(() => api.ask(`GET /firewalls/${id}`));
  if (found === undefined) return undefined;
  const { firewall } = firewallAnswer.parse(found);
  const targets = firewall.applied_to ?? [];
  return {
    firewallId: firewall.id,
    serverIds: targets.flatMap(({ server }) => (server ? [server.id] : [])),
    labelSelectors: targets.flatMap(({ label_selector: one }) =>
      one ? [one.selector] : [],
    ),
  };
}

/** The targets of one that another has not. */
function targetsOf(one: Targets, other?: Targets): object[] {
  const servers = (one.serverIds ?? []).filter(
    (id) => !other?.serverIds?.includes(id),
  );
  const selectors = (one.labelSelectors ?? []).filter(
    (text) => !other?.labelSelectors?.includes(text),
  );
  return [
    ...servers.map((id) => ({ type: "server", server: { id } })),
    ...selectors.map((selector) => ({
      type: "label_selector",
      label_selector: { selector },
    })),
  ];
}
