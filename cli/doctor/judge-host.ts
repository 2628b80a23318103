import { distance } from "fastest-levenshtein";
import { catalogues } from "../../components/clouds/catalogues.ts";
import { chooseSize } from "../../components/clouds/choose-size.ts";
import type { CloudConfig } from "../../components/clouds/config.ts";
import { machineName } from "../../components/clouds/name.ts";
import {
  cheapest,
  need,
  renderSize,
  type Catalogue,
  type Size,
} from "../../components/clouds/size.ts";
import type { CloudView, Offer } from "./cloud-view.ts";
import { info, ok, problem, warning, type Finding } from "./finding.ts";
import { isKnown, type CloudCase } from "./judge-cloud.ts";

/** A host, and the provider that it is made at. */
export interface HostCase {
  readonly name: string;
  readonly cloud: CloudConfig;
  readonly at: CloudCase;
}

/** What there is to say of a host that is made: each of its keys, and its name at the provider. */
export function judgeHost(host: HostCase): Finding[] {
  const { at } = host;
  const machine = at.view.machines.find(
    (one) => one.name === nameOf(host) && isKnown(at, one),
  );
  const found = [judgeName(host), judgeLocation(host), ...judgeSize(host)];
  // A machine that is there needs no image, and what it has it keeps.
  return machine ? found.map(asWarning) : [...found, judgeImage(host)];
}

/** The name of a host's machine. */
export function nameOf({ name, cloud, at }: HostCase): string {
  return machineName(at.stack, name, cloud.generation);
}

function asWarning(finding: Finding): Finding {
  return finding.level === "problem"
    ? { ...finding, level: "warning" }
    : finding;
}

function judgeName(host: HostCase): Finding {
  const { at, name } = host;
  const wanted = nameOf(host);
  const all = at.view.machines.filter((one) => one.name === wanted);
  const own = all.find((one) => isKnown(at, one));
  if (own) return ok("name", `${wanted} is number ${own.id}`);
  const [other] = all;
  if (!other) return ok("name", `${wanted} is free`);
  if (!at.known)
    return info("name", `${wanted} is number ${other.id}, whoever made it`);
  const whose = other.isLabelled
    ? "carries this stack's label, and is in nobody's state"
    : "is not this stack's";
  const text = `${wanted} is taken: number ${other.id} ${whose}`;
  const fix = `rename or delete that machine, or give hosts.${name} or the stack another name`;
  // DigitalOcean takes a second machine of a name; people mix them up.
  return at.provider === "digitalocean" && other.isLabelled
    ? warning("name", text, fix)
    : problem("name", text, fix);
}

function judgeLocation({ name, cloud, at }: HostCase): Finding {
  const { location } = cloud;
  const { locations } = at.view;
  if (locations.includes(location)) return ok("location", location);
  return problem(
    "location",
    `hosts.${name}.location: ${titleOf(at)} makes no machines at ${location}`,
    `take one of ${locations.join(", ")}`,
  );
}

function judgeSize({ name, cloud, at }: HostCase): Finding[] {
  const { location, size: wanted } = cloud;
  const catalogue = catalogues[at.provider];
  const chosen = chooseSize(catalogue, wanted)?.name;
  const offer = at.view.offers.find((one) => one.name === chosen);
  const price = offer?.prices[location];
  if (offer && price !== undefined)
    return [
      judgeOffer(offer, price, catalogue),
      ...judgePrice(offer, price, catalogue),
    ];
  // Where the place is wrong, nothing is sold there, and that is said already.
  if (!at.view.locations.includes(location)) return [];
  const where = offer ? ` at ${location}` : "";
  const better = suggest(at.view, cloud, catalogue);
  return [
    problem(
      "size",
      `hosts.${name}.size: ${titleOf(at)} sells no ${chosen ?? JSON.stringify(wanted)}${where}`,
      better === undefined
        ? "ask for less, or take another location"
        : `set it to ${better}`,
    ),
  ];
}

function judgeOffer(offer: Offer, price: number, catalogue: Catalogue) {
  const { soldUntil } = offer;
  const size = { ...offer, monthly: price };
  const text = renderSize({ ...catalogue, asOf: "now" }, size);
  if (soldUntil === undefined) return ok("size", text);
  const fix = "take another size before a machine has to be made anew";
  return warning("size", `${text}; sold until ${soldUntil}`, fix);
}

function judgePrice(
  { name }: Offer,
  price: number,
  { sizes, currency, asOf }: Catalogue,
): Finding[] {
  const listed = sizes.find((one) => one.name === name)?.monthly;
  if (listed === undefined || Math.abs(listed - price) < 0.005) return [];
  const texts = [price, listed].map((one) => `${currency} ${one.toFixed(2)}`);
  return [
    info(
      "price",
      `${name} is ${texts.join(" a month, and was ")} in Flotilla's list of ${asOf}`,
    ),
  ];
}

/** What is sold there and has what was asked for, or the name that is most like the one that was written. */
function suggest(
  { offers }: CloudView,
  { size: wanted, location }: CloudConfig,
  catalogue: Catalogue,
): string | undefined {
  const sizes = offers.flatMap((one): Size[] => {
    const monthly = one.prices[location];
    return monthly === undefined || one.soldUntil !== undefined
      ? []
      : [{ ...one, monthly }];
  });
  if (typeof wanted !== "string")
    return cheapest({ ...catalogue, sizes }, need.parse(wanted))?.name;
  const likeness = ({ name }: Size) => distance(name, wanted);
  return sizes.sort((a, b) => likeness(a) - likeness(b))[0]?.name;
}

function judgeImage({ name, cloud, at }: HostCase): Finding {
  const { image } = cloud;
  if (at.view.images.has(image)) return ok("image", image);
  return problem(
    "image",
    `hosts.${name}.image: ${titleOf(at)} has no ${image}`,
    "take an image of Debian 12 or 13, or Ubuntu 22.04 or 24.04, by its name there, or the number of a snapshot of yours",
  );
}

function titleOf({ provider }: CloudCase): string {
  return catalogues[provider].provider;
}
