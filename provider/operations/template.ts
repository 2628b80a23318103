/** A template and its values do not fit; the message names the tag or the value. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

/** Replaces `{{name}}` by values, without any escaping. */
export declare function renderTemplate(
  template: string,
  values: Readonly<Record<string, string | number | boolean>>,
): string;
