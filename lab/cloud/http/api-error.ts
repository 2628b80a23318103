import type { ContentfulStatusCode } from "hono/utils/http-status";

/** What an API answers instead of a result; each provider words it in a form of its own. */
export class ApiError extends Error {
  readonly status: ContentfulStatusCode;
  /** Hetzner's word for it; DigitalOcean's follows from the status. */
  readonly code: string;
  readonly details: object | null;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ContentfulStatusCode,
    code: string,
    message: string,
    more: {
      readonly details?: object;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = more.details ?? null;
    this.headers = more.headers ?? {};
  }
}

/** 404: there is no such thing. */
export function notFound(what: string): ApiError {
  return new ApiError(404, "not_found", `${what} not found`);
}

/** 422: what is asked for breaks a rule. */
export function invalid(field: string, rule: string): ApiError {
  return new ApiError(
    422,
    "invalid_input",
    `invalid input in field '${field}': ${rule}`,
    { details: { fields: [{ name: field, messages: [rule] }] } },
  );
}
