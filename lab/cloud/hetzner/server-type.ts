import { Hono } from "hono";
import { readId } from "../http/body.ts";
import { invalid, notFound } from "../http/api-error.ts";
import catalog from "./catalog.json" with { type: "json" };
import { answerList } from "./list.ts";

/** A size that servers come in. */
export type ServerType = (typeof catalog.serverTypes)[number];

const includedTraffic = 20 * 1024 ** 4;
const valueAddedTax = 1.19;

/** A server type by name or number; refuses one that there is none of. */
export function requireServerType(name: string | number): ServerType {
  const found = catalog.serverTypes.find(
    (type) => type.name === name || String(type.id) === String(name),
  );
  if (!found) throw invalid("server_type", `there is no server type ${name}`);
  return found;
}

/** A server type as the API shows it; prices are the same everywhere. */
export function renderServerType(type: ServerType): object {
  const { monthly, hourly, ...rest } = type;
  return {
    ...rest,
    description: type.name.toUpperCase(),
    deprecated: false,
    deprecation: null,
    prices: catalog.locations.map(({ name }) => ({
      location: name,
      price_hourly: renderPrice(hourly, 4),
      price_monthly: renderPrice(monthly, 2),
      included_traffic: includedTraffic,
      price_per_tb_traffic: renderPrice("1.00", 2),
    })),
    storage_type: "local",
    cpu_type: "shared",
    architecture: "x86",
    category: "cost_optimized",
    included_traffic: includedTraffic,
    locations: catalog.locations.map(({ id, name }) => ({
      id,
      name,
      deprecation: null,
      available: true,
      recommended: true,
    })),
  };
}

function renderPrice(net: string, digits: number): object {
  return { net, gross: (Number(net) * valueAddedTax).toFixed(digits) };
}

/** `/server_types`. */
export function serverTypeRoutes(): Hono {
  const app = new Hono();
  app
    .get("/", (context) =>
      answerList(
        context,
        "server_types",
        catalog.serverTypes,
        renderServerType,
      ),
    )
    .get("/:id", (context) => {
      const id = readId(context);
      const found = catalog.serverTypes.find((type) => type.id === id);
      if (!found) throw notFound("server type");
      return context.json({ server_type: renderServerType(found) });
    });
  return app;
}
