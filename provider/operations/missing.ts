/** How `observed` calls what is not there. */
export const MISSING = "missing";
