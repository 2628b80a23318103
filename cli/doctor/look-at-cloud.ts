import { catalogues } from "../../components/clouds/catalogues.ts";
import type { CloudProvider } from "../../components/clouds/config.ts";
import { setToken } from "../../manifest/cloud-places.ts";
import type { FoundAccess } from "./cloud-access.ts";
import { CloudApi, CloudApiError } from "../../provider/clouds/cloud-api.ts";
import type { CloudQuestion, CloudView, LookAtCloud } from "./cloud-view.ts";
import { lookAtDigitalocean } from "./digitalocean.ts";
import { problem, type Finding } from "./finding.ts";
import { lookAtHetzner } from "./hetzner.ts";

const looks: Readonly<Record<CloudProvider, LookAtCloud>> = {
  digitalocean: lookAtDigitalocean,
  hetzner: lookAtHetzner,
};

/** A provider, how it is reached, and what is asked of it. */
export interface CloudLook extends CloudQuestion {
  readonly provider: CloudProvider;
  readonly access: FoundAccess;
  readonly timeoutSeconds: number;
}

/** What there is at a provider, or why nobody can say. */
export async function lookAtCloud(
  look: CloudLook,
): Promise<CloudView | Finding> {
  const { provider, access, timeoutSeconds } = look;
  try {
    return await looks[provider](new CloudApi(access, timeoutSeconds), look);
  } catch (error) {
    if (!(error instanceof CloudApiError)) throw error;
    return findingOf(error, look);
  }
}

function findingOf(
  { status, message }: CloudApiError,
  { provider, access }: CloudLook,
): Finding {
  const { host } = new URL(access.endpoint);
  const { source } = access;
  const { provider: title } = catalogues[provider];
  const set = setToken(provider);
  if (status === 401)
    return problem(
      "token",
      `${host} does not accept ${source}`,
      `set a token of ${title}'s that is valid: ${set}`,
    );
  if (status === 403)
    return problem(
      "token",
      `${source} may not read everything that is needed (${message})`,
      `set a token that may read and write: ${set}`,
    );
  if (status === 429 || (status !== undefined && status >= 500))
    return problem(
      "api",
      `${host} is too busy: ${message}`,
      "run this again in a minute",
    );
  const answered = status === undefined ? message : `${host}, ${message}`;
  return problem(
    "api",
    answered,
    "look at the endpoint that is set, and at the way there; behind a proxy set NODE_USE_ENV_PROXY=1 with Node.js 24",
  );
}
