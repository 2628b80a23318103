import { describe, expect, it } from "vitest";
import { manifestIdOf } from "../../../provider/server/identity.ts";

const urn = (types: string, name: string): string =>
  `urn:pulumi:dev::shop::${types}flotilla:index:Manifest::${name}`;

describe("the id of a manifest", () => {
  it("names stack, project, components and resource", () => {
    const parents = "flotilla:index:Fleet$flotilla:index:StaticSite$";
    expect(manifestIdOf(urn(parents, "web"))).toBe(
      "dev/shop/Fleet/StaticSite/web",
    );
  });

  it("differs for one name under two components", () => {
    const site = urn("flotilla:index:StaticSite$", "web");
    const nginx = urn("flotilla:index:Nginx$", "web");
    expect(manifestIdOf(site)).not.toBe(manifestIdOf(nginx));
  });

  it("keeps a name that holds the separator of a URN", () => {
    expect(manifestIdOf(urn("", "a::b"))).toBe("dev/shop/a::b");
  });

  it("keeps another package's type, without a slash", () => {
    expect(manifestIdOf(urn("acme:web/site:Site$", "x"))).toBe(
      "dev/shop/acme:web.site:Site/x",
    );
  });
});
