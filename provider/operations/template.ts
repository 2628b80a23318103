import mustache from "mustache";

/** A template and its values do not fit; the message names the tag or the value. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

/** Replaces `{{name}}` by values, without any escaping. */
export function renderTemplate(
  template: string,
  values: Readonly<Record<string, string | number | boolean>>,
): string {
  const used = new Set<string>();
  const text = parse(template)
    .map(([type, name]) => {
      if (type === "text") return name;
      if (type === "=") return "";
      if (type !== "name" && type !== "&") throw notATag(type, name);
      if (!Object.hasOwn(values, name)) throw noValue(name);
      used.add(name);
      return String(values[name]);
    })
    .join("");
  const unused = Object.keys(values).find((name) => !used.has(name));
  if (unused === undefined) return text;
  throw new TemplateError(
    `value '${unused}' is not used: the template has no tag {{${unused}}}`,
  );
}

function parse(template: string): (readonly [type: string, name: string])[] {
  try {
    return mustache.parse(template).map((token) => [token[0], token[1]]);
  } catch (error) {
    throw new TemplateError(`the template is broken: ${String(error)}`, {
      cause: error,
    });
  }
}

function noValue(name: string): TemplateError {
  return new TemplateError(
    `tag {{${name}}} has no value: add '${name}' to values`,
  );
}

function notATag(type: string, name: string): TemplateError {
  return new TemplateError(
    `tag {{${type}${name}}} is not supported: only {{name}}; for text that holds braces change the delimiters with {{=<% %>=}}`,
  );
}
