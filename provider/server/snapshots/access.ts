import {
  cloudPlaces,
  isEndpoint,
  setToken,
  type CloudAccess,
  type CloudProviderName,
} from "../../../manifest/cloud-places.ts";
import type { Configuration } from "../configuration.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** How a provider's API is reached: the configuration wins over the environment. Fails where nobody says what opens it. */
export function accessOf(
  provider: CloudProviderName,
  configuration: Configuration,
  environment: Environment,
): CloudAccess {
  const places = cloudPlaces[provider];
  const { endpointVariable, tokenVariables } = places;
  const given =
    configuration[`${provider}Endpoint`] ??
    environment[endpointVariable] ??
    places.endpoint;
  if (!isEndpoint(given))
    throw new Error(
      `${places.endpointKey} is no address: write it like ${places.endpoint}`,
    );
  const token =
    configuration[`${provider}Token`] ??
    tokenVariables.map((name) => environment[name]).find(Boolean);
  if (token === undefined)
    throw new Error(
      `there is no token: ${setToken(provider)}, or ${tokenVariables[0] ?? ""} in the environment`,
    );
  // A token that no header takes would be repeated by the error.
  const fault = places.tokenFault(token);
  if (fault !== undefined)
    throw new Error(`the token ${fault}: ${setToken(provider)}`);
  return { endpoint: places.renderEndpoint(given), token };
}
