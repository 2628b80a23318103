import { z } from "zod";
import { ApiError } from "../shared/managed/api.ts";
import type { Described } from "../shared/managed/plugin.ts";

const body = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z
      .object({
        fields: z
          .array(z.object({ name: z.string(), messages: z.array(z.string()) }))
          .default([]),
      })
      .nullish(),
  }),
});

/** The code of an answer, `not_found`. */
export function codeOf(error: ApiError): string | undefined {
  return body.safeParse(error.body).data?.error.code;
}

/** The answer, or undefined where there is no such thing. */
export async function unlessMissing<T>(
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** An error in the words of the official plugin. */
export function describe(
  error: unknown,
  style: "sdk" | "framework",
): Described {
  if (style === "sdk") return { message: sentence(error) };
  const told =
    error instanceof ApiError ? body.safeParse(error.body).data : undefined;
  const fields = told?.error.details?.fields ?? [];
  const code = told ? `\nError code: ${told.error.code}` : "";
  const status =
    told && error instanceof ApiError ? `\nStatus code: ${error.status}` : "";
  if (fields.length === 0) {
    const gap = told ? "\n" : "";
    return {
      title: "API request failed",
      message: `An unexpected error was encountered during an API request.\n\n${sentence(error)}${gap}${code}${status}\n`,
    };
  }
  const lines = fields.map(
    ({ name, messages }) =>
      `\nField: ${name}\nMessages:\n${messages.map((one) => ` - ${one}`).join("\n")}`,
  );
  return {
    title: "Invalid field in API request",
    message: `An invalid field was encountered during an API request. The field might not map 1:1 to your terraform resource.\n\n${sentence(error)}\n${lines.join("")}${code}${status}\n`,
  };
}

function sentence(error: unknown): string {
  if (!(error instanceof ApiError))
    return error instanceof Error ? error.message : String(error);
  const told = body.safeParse(error.body).data;
  return told
    ? `${told.error.message} (${told.error.code})`
    : `hcloud: server responded with status code ${error.status}`;
}
