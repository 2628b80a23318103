import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import {
  decode,
  encode,
  reveal,
  type PropertyMap,
} from "../../../../provider/server/property.ts";
import type { Session } from "./session.ts";

/** Invoke: a function of the plugin. */
export async function invoke<Api>(
  session: Session<Api>,
  request: provider_pb.InvokeRequest,
): Promise<provider_pb.InvokeResponse> {
  const { functions, schema, describe } = session.plugin;
  const token = request.getTok();
  const run = functions[token.split(":").at(-1) ?? ""];
  if (!run) {
    throw new Error(
      `unknown function ${token}: this stand-in for the ${schema.name} plugin has ${Object.keys(functions).join(", ")}`,
    );
  }
  const args = reveal(decode(request.getArgs())) as PropertyMap;
  try {
    const result = await run(session.api, args);
    return new provider_pb.InvokeResponse().setReturn(encode(result));
  } catch (error) {
    const { message } = describe(error, "sdk");
    throw new Error(
      `invoking ${token}: 1 error occurred:\n\t* ${message}\n\n`,
      { cause: error },
    );
  }
}
