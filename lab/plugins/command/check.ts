import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  decode,
  encode,
  isRecord,
  Secret,
  UNKNOWN,
  UNKNOWN_SECRET,
  type PropertyMap,
} from "../../../provider/server/property.ts";
import { failuresOf } from "./fields.ts";

const secretFields = ["password", "privateKey", "privateKeyPassword"];

const connectionDefaults = {
  ...{ port: 22, user: "root" },
  ...{ dialErrorLimit: 10, perDialTimeout: 15 },
};

/** Check: the inputs with defaults, the connection as one secret, and what is wrong with them. */
export function check(
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  const news = decode(request.getNews());
  const failures = failuresOf(request.getType(), news);
  const connection = connectionOf(news, failures.length === 0);
  return new provider_pb.CheckResponse()
    .setInputs(encode({ ...news, ...connection }))
    .setFailuresList(
      failures.map(({ property, reason }) =>
        new provider_pb.CheckFailure().setProperty(property).setReason(reason),
      ),
    );
}

function connectionOf(news: PropertyMap, isComplete: boolean): PropertyMap {
  if (!("connection" in news)) return {};
  const given = news["connection"];
  const plain = given instanceof Secret ? given.value : given;
  if (plain === UNKNOWN) return { connection: UNKNOWN_SECRET };
  if (!isRecord(plain)) return { connection: new Secret(plain) };
  const whole = withMarks(plain);
  return {
    connection: new Secret(isComplete ? withDefaults(whole) : whole),
  };
}

function withDefaults(connection: PropertyMap): PropertyMap {
  const { proxy } = connection;
  return {
    ...connectionDefaults,
    ...connection,
    ...(isRecord(proxy) ? { proxy: withDefaults(proxy) } : {}),
  };
}

/** Marked one by one, too: so they stay secret when the connection is taken apart. */
function withMarks(connection: PropertyMap): PropertyMap {
  const marked = Object.entries(connection).map(([key, value]) => {
    if (key === "proxy" && isRecord(value)) return [key, withMarks(value)];
    const isOpen = secretFields.includes(key) && !(value instanceof Secret);
    return [key, isOpen ? new Secret(value) : value];
  });
  return Object.fromEntries(marked) as PropertyMap;
}
