import process from "node:process";
import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import { Api, type ApiError } from "../shared/managed/api.ts";
import { Hetzner } from "./api.ts";
import { codeOf } from "./error.ts";

const configuration = z.object({
  token: z.string().optional(),
  endpoint: z.string().optional(),
  pollInterval: z.string().optional(),
});

const publicEndpoint = "https://api.hetzner.cloud/v1";
const tokenLength = 64;
const firstPause = 100;

/** What is wrong with a configuration; the environment is not looked at. */
export function configurationProblems({ token }: PropertyMap): string[] {
  return typeof token !== "string" || token.length === tokenLength
    ? []
    : [
        "entered token is invalid (must be exactly 64 characters long). Examine values at 'prov.token'.",
      ];
}

/** How to speak with the API: the configuration wins over HCLOUD_TOKEN and HCLOUD_ENDPOINT. */
export function connect(given: PropertyMap): Hetzner {
  const { token, endpoint, pollInterval } = configuration.parse(given);
  const { HCLOUD_TOKEN, HCLOUD_ENDPOINT } = process.env;
  const known = token ?? HCLOUD_TOKEN;
  if (!known) {
    throw new Error(
      '[AttributeName("token")] Missing Hetzner Cloud API token: While configuring the provider, the Hetzner Cloud API token was not found in the HCLOUD_TOKEN environment variable or provider configuration block token attribute.',
    );
  }
  const api = new Api({
    endpoint: (endpoint ?? HCLOUD_ENDPOINT ?? publicEndpoint).replace(
      /\/$/,
      "",
    ),
    ...{
      token: known,
      retries: 5,
      pause: [200, 5000],
      mayPass,
      honoursRetryAfter: false,
    },
  });
  return new Hetzner(api, pauseOf(pollInterval) ?? firstPause);
}

/** What is answered so while others work on the same thing, or when the API is overloaded. */
function mayPass(error: ApiError): boolean {
  const { status } = error;
  if (status === 409) return codeOf(error) === "conflict";
  return [429, 502, 504].includes(status);
}

/** A duration in Go's form, `50ms` or `2s`, in milliseconds. */
function pauseOf(text: string | undefined): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text ?? "") ?? [];
  return amount === undefined
    ? undefined
    : Number(amount) * (unit === "s" ? 1000 : 1);
}
