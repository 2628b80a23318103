import process from "node:process";
import { z } from "zod";
import type { PropertyMap } from "../../../provider/server/property.ts";
import { Api } from "../shared/managed/api.ts";
import { DigitalOcean } from "./api.ts";

const configuration = z.object({
  token: z.string().optional(),
  apiEndpoint: z.string().optional(),
  httpRetryMax: z.coerce.number().default(4),
  httpRetryWaitMin: z.coerce.number().default(1),
  httpRetryWaitMax: z.coerce.number().default(30),
});

const publicEndpoint = "https://api.digitalocean.com";

/** How to speak with the API: the configuration wins over the environment. */
export function connect(given: PropertyMap): DigitalOcean {
  const wanted = configuration.parse(given);
  const { DIGITALOCEAN_TOKEN, DIGITALOCEAN_ACCESS_TOKEN } = process.env;
  const { DIGITALOCEAN_API_URL } = process.env;
  const { origin } = new URL(
    wanted.apiEndpoint ?? DIGITALOCEAN_API_URL ?? publicEndpoint,
  );
  const api = new Api({
    endpoint: `${origin}/v2`,
    token:
      wanted.token ?? DIGITALOCEAN_TOKEN ?? DIGITALOCEAN_ACCESS_TOKEN ?? "",
    retries: wanted.httpRetryMax,
    pause: [wanted.httpRetryWaitMin * 1000, wanted.httpRetryWaitMax * 1000],
    mayPass: ({ status }) => status === 429 || status >= 500,
    honoursRetryAfter: true,
  });
  return new DigitalOcean(api);
}
