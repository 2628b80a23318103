import {
  controlFault,
  noPlaceholder,
  placeholderFault,
  text,
  type Fault,
} from "./text.ts";

/** For editors: one label of a host name. */
const labelPattern = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

const letters = "use letters, digits and '-'";

/** Finds what keeps a word from being one label of a host name (RFC 1123). */
export function labelFault(label: string): Fault | undefined {
  if (label === "") {
    return { rule: "must not be empty", hint: letters };
  }
  const strange = /[^A-Za-z0-9-]/u.exec(label)?.[0];
  if (strange !== undefined) {
    return {
      rule: `must not hold ${JSON.stringify(strange)}`,
      hint: letters,
    };
  }
  if (/^-|-$/.test(label)) {
    return {
      rule: "must begin and end with a letter or a digit",
      hint: "remove the '-' at the edge",
    };
  }
  if (label.length > 63) {
    return {
      rule: `has ${label.length} characters, a name may have 63`,
      hint: "shorten it",
    };
  }
  return undefined;
}

/** Finds what keeps a dotted name from being a host name or a domain. */
export function domainNameFault(name: string): Fault | undefined {
  const plain = controlFault(name) ?? placeholderFault(name);
  if (plain) return plain;
  if (name.length > 253) {
    return {
      rule: `has ${name.length} characters, a host name may have 253`,
      hint: "shorten it",
    };
  }
  if (name.includes("..") || /^\.|\.$/.test(name)) {
    return {
      rule: "has an empty part between its dots",
      hint: "remove the extra dot",
    };
  }
  for (const label of name.split(".")) {
    const fault = labelFault(label);
    if (fault) return fault;
  }
  return undefined;
}

/** The key of a host, service, site or flow. */
export const name = text(
  (value) => {
    const fault = controlFault(value) ?? labelFault(value);
    const better = suggestion(value);
    if (!fault || labelFault(better)) return fault;
    return {
      ...fault,
      hint: `${fault.hint}, for example ${JSON.stringify(better)}`,
    };
  },
  { pattern: `^${labelPattern}$` },
);

/** A domain that a site answers to. */
export const domain = text(
  (value) => {
    if (/^[a-z]+:\/\//i.test(value)) {
      return {
        rule: "must be a domain without a scheme",
        hint: `write ${JSON.stringify(value.replace(/^[a-z]+:\/\/|\/.*$/gi, ""))}`,
      };
    }
    if (value.includes("/")) {
      return {
        rule: "must be a domain without a path",
        hint: `write ${JSON.stringify(value.split("/")[0])}`,
      };
    }
    if (value.includes("*")) {
      return {
        rule: "must not be a wildcard",
        hint: "list the domains one by one",
      };
    }
    if (/:\d+$/.test(value)) {
      return {
        rule: "must be a domain without a port",
        hint: "give the port beside it, as 'port'",
      };
    }
    return domainNameFault(value);
  },
  { pattern: `^${labelPattern}(\\.${labelPattern})*$`, not: noPlaceholder },
);

function suggestion(value: string): string {
  return value
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 63);
}
