import { Hono } from "hono";
import { readId } from "../http/body.ts";
import { invalid, notFound } from "../http/api-error.ts";
import catalog from "./catalog.json" with { type: "json" };
import { answerList } from "./list.ts";

/** A place where servers are. */
export type Location = (typeof catalog.locations)[number];

/** The location that a server goes to unless it is asked for another. */
export const defaultLocation = "fsn1";

/** Where one network can reach. */
export const networkZones = ["eu-central"] as const;

/** A location by name or number; refuses one that there is none of. */
export function requireLocation(name: string): Location {
  const found = catalog.locations.find(
    (location) => location.name === name || String(location.id) === name,
  );
  if (!found) throw invalid("location", `there is no location ${name}`);
  return found;
}

/** The location of a datacenter by name or number; refuses one that there is none of. */
export function requireDatacenter(name: string): Location {
  const found = catalog.locations.find(
    ({ datacenter }) =>
      datacenter.name === name || String(datacenter.id) === name,
  );
  if (!found) throw invalid("datacenter", `there is no datacenter ${name}`);
  return found;
}

/** A location as the API shows it. */
export function renderLocation(given: Location): object {
  const { id, name, description, country, city } = given;
  const { latitude, longitude, network_zone } = given;
  const where = { country, city, latitude, longitude, network_zone };
  return { id, name, description, ...where };
}

/** The one datacenter of a location as the API shows it. */
export function renderDatacenter(location: Location): object {
  const types = catalog.serverTypes.map(({ id }) => id);
  return {
    ...location.datacenter,
    location: renderLocation(location),
    server_types: {
      supported: types,
      available: types,
      available_for_migration: types,
    },
  };
}

/** `/locations`. */
export function locationRoutes(): Hono {
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "locations", catalog.locations, renderLocation),
    )
    .get("/:id", (context) => {
      const id = readId(context);
      const found = catalog.locations.find((location) => location.id === id);
      if (!found) throw notFound("location");
      return context.json({ location: renderLocation(found) });
    });
  return app;
}

/** `/datacenters`. */
export function datacenterRoutes(): Hono {
  const all = catalog.locations.map((location) => ({
    ...location.datacenter,
    location,
  }));
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(context, "datacenters", all, ({ location }) =>
        renderDatacenter(location),
      ),
    )
    .get("/:id", (context) => {
      const id = readId(context);
      const found = all.find((datacenter) => datacenter.id === id);
      if (!found) throw notFound("datacenter");
      return context.json({ datacenter: renderDatacenter(found.location) });
    });
  return app;
}
