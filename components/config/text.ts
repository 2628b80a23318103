import { z } from "zod";

/** The rule that a text breaks, and what to do; `undefined` when it holds. */
export interface Fault {
  readonly rule: string;
  readonly hint: string;
}

/** As much of a check as JSON schema can say; editors know no more, so it must hold for all that the check accepts. */
export interface TextShape {
  /** A regular expression without flags. */
  readonly pattern?: string;
  readonly not?: { readonly pattern: string };
}

/** A string that `check` finds no fault with; `shape` is what editors are told of it. */
export function text(
  check: (value: string) => Fault | undefined,
  shape: TextShape = {},
) {
  return z
    .string()
    .superRefine((value, context) => {
      const fault = check(value);
      if (!fault) return;
      context.addIssue({
        code: "custom",
        message: fault.rule,
        params: { hint: fault.hint },
      });
    })
    .meta({ ...shape });
}

/** An integer from `min` to `max`; every other value gets the same sentence. */
export function integer(min: number, max: number) {
  const error = `must be an integer from ${min} to ${max}`;
  return z.number({ error }).int({ error }).min(min, { error }).max(max, {
    error,
  });
}

/** A TCP or UDP port. */
export const port = integer(1, 65535);

const placeholder =
  /^<.*>$|\b(your|my)[-_ ]?(ip|host|server|domain|address|key|name)|change[-_ ]?me|replace[-_ ]?me|^(todo|fixme|xxx+|none|null|undefined)$|^x(\.x){3}$|(^|\.)example\.(com|net|org)$/i;

/** For editors: what a template left to be filled in. JSON schema knows no flag for any case. */
export const noPlaceholder = {
  pattern: placeholder.source.replace(/\\.|[a-z]/g, (found) =>
    found.length > 1 ? found : `[${found}${found.toUpperCase()}]`,
  ),
};

/** Finds what a template left to be filled in. */
export function placeholderFault(value: string): Fault | undefined {
  if (!placeholder.test(value)) return undefined;
  return {
    rule: "is a placeholder that was left in",
    hint: "put the real value there",
  };
}

/** Finds control characters, NUL included, and white space around a value. */
export function controlFault(value: string): Fault | undefined {
  if (/\p{Cc}/u.test(value)) {
    return {
      rule: "holds a control character (NUL, newline, tab …)",
      hint: "write it without, on one line",
    };
  }
  if (value !== value.trim()) {
    return {
      rule: "begins or ends with a space",
      hint: "remove the space",
    };
  }
  return undefined;
}

/** For editors: a text on one line, without space around it. */
export const noControl: TextShape = {
  pattern:
    "^[^\\s\\x00-\\x1f\\x7f]([^\\x00-\\x1f\\x7f]*[^\\s\\x00-\\x1f\\x7f])?$",
};

/** A path on the workstation, relative to the project or absolute. */
export const localPath = text((value) => {
  if (value === "") {
    return { rule: "must be a path", hint: "name a file or a folder" };
  }
  if (value.length > 4096) {
    return {
      rule: "is longer than 4096 characters",
      hint: "use a shorter path",
    };
  }
  return controlFault(value);
}, noControl);
