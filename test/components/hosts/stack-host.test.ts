import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { requireHost } from "../../../components/hosts/stack-host.ts";
import { hostOfStack, type StackHost } from "../../../components/index.ts";

const web: StackHost = {
  id: "hetzner/7",
  address: "203.0.113.7",
  port: 2222,
  user: "flotilla",
  hostKeys: ["ssh-ed25519 AAAA"],
};

function stackWith(hosts: Readonly<Record<string, StackHost>>) {
  return {
    name: pulumi.output("organization/fleet/production"),
    requireOutput: () => pulumi.output(hosts) as pulumi.Output<never>,
  };
}

function valueOf<T>(output: pulumi.Input<T>): Promise<unknown> {
  return (
    pulumi.output(output) as unknown as { promise(): Promise<unknown> }
  ).promise();
}

test("a host of another stack is what Host takes", async () => {
  const args = hostOfStack(stackWith({ "web-1": web }), "web-1");
  const known = await Promise.all(
    Object.entries(args).map(async ([key, value]) => [
      key,
      await valueOf(value as pulumi.Input<unknown>),
    ]),
  );
  expect(Object.fromEntries(known)).toEqual(web);
});

test("a host that the other stack has not is refused, naming those that it has", () => {
  expect(() =>
    requireHost({ "db-1": web, "web-1": web }, "web-2", "me/fleet/production"),
  ).toThrow(
    "stack me/fleet/production has no host web-2; its hosts are db-1, web-1",
  );
});
