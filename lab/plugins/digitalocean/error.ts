import { z } from "zod";
import { ApiError } from "../shared/managed/api.ts";
import type { Described } from "../shared/managed/plugin.ts";

const body = z.object({
  message: z.string().default(""),
  request_id: z.string().optional(),
});

/** Does something; an error of it begins with what went wrong, in the words of the official plugin. */
export async function during<T>(
  what: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw new Error(`${what}: ${sentence(error)}`, { cause: error });
  }
}

/** The answer, or undefined where there is no such thing. */
export async function unlessMissing<T>(
  what: string,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw new Error(`${what}: ${sentence(error)}`, { cause: error });
  }
}

/** An error in the words of the official plugin. */
export function describe(error: unknown): Described {
  return { message: sentence(error) };
}

function sentence(error: unknown): string {
  if (!(error instanceof ApiError))
    return error instanceof Error ? error.message : String(error);
  const { message = "", request_id } = body.safeParse(error.body).data ?? {};
  const id = request_id ? ` (request ${JSON.stringify(request_id)})` : "";
  const isGivenUp = error.status === 429 || error.status >= 500;
  const end = isGivenUp ? `; giving up after ${error.attempts} attempt(s)` : "";
  return `${error.request}: ${error.status}${id} ${message}${end}`;
}
