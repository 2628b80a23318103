import type { Context } from "hono";
import type { z } from "zod";
import { ApiError, invalid } from "./api-error.ts";

/** The body of a request, checked; an empty one counts as `{}`. Answers 400 or 422 otherwise. */
export async function readBody<T>(
  context: Context,
  schema: z.ZodType<T>,
): Promise<T> {
  const result = schema.safeParse(parseJson(await context.req.text()));
  if (result.success) return result.data;
  throw firstProblem(result.error);
}

/** The id in a request's path; text that is no number finds nothing. */
export function readId(context: Context, name = "id"): number {
  const text = context.req.param(name) ?? "";
  return /^\d{1,15}$/.test(text) ? Number(text) : -1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text || "{}");
  } catch {
    throw new ApiError(400, "json_error", "the body is not JSON");
  }
}

function firstProblem(error: z.ZodError): ApiError {
  const [issue] = error.issues;
  if (issue?.code === "unrecognized_keys") {
    const name = [...issue.path, issue.keys[0]].join(".");
    return invalid(name, "the lab's cloud does not serve this field");
  }
  return invalid(issue?.path.join(".") ?? "", issue?.message ?? "");
}
