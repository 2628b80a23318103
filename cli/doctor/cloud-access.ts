import type { CloudProvider } from "../../components/clouds/config.ts";
import {
  cloudPlaces,
  isEndpoint,
  setToken,
  type CloudAccess,
  type CloudPlaces,
} from "../../manifest/cloud-places.ts";
import { problem, type Finding } from "./finding.ts";
import type { StackValues } from "./stack-values.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** How a provider's API is reached: found where the provider's plugin finds it. */
export interface FoundAccess extends CloudAccess {
  /** The key or variable that the token comes from. */
  readonly source: string;
}

/** The way to a provider's API, or why there is none. */
export function findAccess(
  provider: CloudProvider,
  stack: StackValues,
  environment: Environment,
): FoundAccess | Finding {
  const places = cloudPlaces[provider];
  const given = endpointOf(provider, stack, environment) ?? places.endpoint;
  if (!isEndpoint(given))
    return problem(
      "endpoint",
      `${places.endpointKey} is no address`,
      `write it like ${places.endpoint}, or take it away: pulumi config rm ${places.endpointKey}`,
    );
  const found = tokenOf(places, stack, environment);
  if (!found) return noToken(places, stack);
  const { token, source } = found;
  const fault = places.tokenFault(token);
  if (fault !== undefined)
    return problem("token", `${source} ${fault}`, setToken(provider));
  return { endpoint: places.renderEndpoint(given), token, source };
}

/** The endpoint that is set; `undefined` where it is the provider's own. */
function endpointOf(
  provider: CloudProvider,
  { values }: StackValues,
  environment: Environment,
): string | undefined {
  const { endpointKey, endpointVariable } = cloudPlaces[provider];
  return values.get(endpointKey)?.value ?? environment[endpointVariable];
}

/** The addresses of all providers' APIs that are given: whether they are the lab's decides what a stack may leave out. */
export function endpointsOf(stack: StackValues, environment: Environment) {
  return {
    hetzner: endpointOf("hetzner", stack, environment),
    digitalocean: endpointOf("digitalocean", stack, environment),
  };
}

function tokenOf(
  { tokenKey, tokenVariables }: CloudPlaces,
  { values, closed }: StackValues,
  environment: Environment,
): { readonly token: string; readonly source: string } | undefined {
  const own = values.get(tokenKey)?.value;
  if (own !== undefined) return { token: own, source: tokenKey };
  if (closed.includes(tokenKey)) return undefined;
  for (const source of tokenVariables) {
    const token = environment[source];
    if (token) return { token, source };
  }
  return undefined;
}

function noToken(
  { tokenKey, tokenVariables }: CloudPlaces,
  { closed, fault }: StackValues,
): Finding {
  if (closed.includes(tokenKey))
    return problem(
      "token",
      `the secret ${tokenKey} cannot be opened: ${fault ?? ""}`,
      "let `pulumi config get` open it first: the passphrase is in PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE",
    );
  return problem(
    "token",
    "there is none",
    `pulumi config set --secret ${tokenKey}, or ${tokenVariables[0] ?? ""} in the environment`,
  );
}
