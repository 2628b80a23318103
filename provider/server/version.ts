import package_json from "../../package.json" with { type: "json" };

/** Version of the plugin, the package's own. */
export const version: string = package_json.version;
/** What the package is, in one line. */
export const description: string = package_json.description;
