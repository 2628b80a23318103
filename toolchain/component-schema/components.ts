/** A component that programs in other languages can use. */
export interface ExportedComponent {
  /** Name of the class; its arguments are the interface `<name>Args` of the same file. */
  readonly name: string;
  /** Below `components/`. */
  readonly file: string;
  /** Arguments that only a program in TypeScript can give. */
  readonly without?: readonly string[];
  /** Arguments that have to be given there: what may be in their place is for TypeScript alone. */
  readonly required?: readonly string[];
}

/** Every component of the schema. */
export const exportedComponents: readonly ExportedComponent[] = [
  { name: "Host", file: "hosts/host.ts", without: ["id"] },
  { name: "Nginx", file: "services/nginx/nginx.ts", without: ["packages"] },
  {
    name: "StaticSite",
    file: "apps/static-site.ts",
    without: ["source"],
    required: ["directory"],
  },
];
