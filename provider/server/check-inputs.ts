import provider_pb from "@pulumi/pulumi/proto/provider_pb.js";
import type { z } from "zod";
import { checkFailures } from "./check-failures.ts";
import { decode, reveal } from "./property.ts";
import { problemsOf } from "./schema-problems.ts";

/** Checks inputs by their schema; they are kept as they were written. */
export function checkInputs(
  schema: z.ZodType,
  request: provider_pb.CheckRequest,
): provider_pb.CheckResponse {
  const news = reveal(decode(request.getNews()));
  const { error } = schema.safeParse(news);
  const response = new provider_pb.CheckResponse();
  response.setInputs(request.getNews());
  response.setFailuresList(checkFailures(problemsOf(error, news, "")));
  return response;
}
