import { timingSafeEqual } from "node:crypto";
import { Hono, type Context, type Next } from "hono";
import pLimit from "p-limit";
import { ApiError } from "./api-error.ts";
import { RawAnswer, type Faults } from "./faults.ts";

/** What every provider's API is served with. */
export interface ProviderAppOptions {
  /** Every request carries it as `Authorization: Bearer TOKEN`. */
  readonly token: string;
  readonly faults: Faults;
  /** The provider's form of an error. */
  readonly renderError: (error: ApiError) => object;
  /** Runs after every request that may have changed something, before it is answered. */
  readonly commit: () => Promise<void>;
}

/** A provider's API without its routes: token, errors on demand, errors in the provider's form, changes kept. */
export function createProviderApp(options: ProviderAppOptions): Hono {
  const app = new Hono();
  // What one request has found to be free or absent stays so until it is done.
  const oneAtATime = pLimit(1);
  app.onError((error, context) => answer(error, context, options));
  app.use(async (context, next) => {
    ensureToken(context, options.token);
    await options.faults.strike(context, "before");
    if (context.req.method === "GET") await next();
    else await oneAtATime(() => change(next, options));
    await options.faults.strike(context, "after");
  });
  return app;
}

/** The last route of a provider: what is not served is named, and not taken for a resource that is gone. */
export function refuseRoute(context: Context): never {
  const { method, path } = context.req;
  const message = `the lab's cloud does not serve ${method} ${path}`;
  throw new ApiError(404, "not_found", message);
}

async function change(
  next: Next,
  { commit }: ProviderAppOptions,
): Promise<void> {
  await next();
  await commit();
}

function answer(
  error: Error,
  context: Context,
  { renderError }: ProviderAppOptions,
): Response {
  const known = error instanceof ApiError ? error : toServerError(error);
  for (const [name, value] of Object.entries(known.headers))
    context.header(name, value);
  if (known instanceof RawAnswer) return context.body(known.body, known.status);
  return context.json(renderError(known), known.status);
}

// The log of the server is where its own mistakes are looked for.
function toServerError(error: Error): ApiError {
  process.stderr.write(`${error.stack ?? error.message}\n`);
  return new ApiError(500, "server_error", error.message);
}

function ensureToken(context: Context, token: string): void {
  const given = Buffer.from(context.req.header("authorization") ?? "");
  const wanted = Buffer.from(`Bearer ${token}`);
  if (given.length === wanted.length && timingSafeEqual(given, wanted)) return;
  throw new ApiError(401, "unauthorized", "unable to authenticate");
}
