// Another program on a host that a fleet's stack has made: it knows nothing of it but the name of that stack.
import * as pulumi from "@pulumi/pulumi";
import { hostOfStack, Host, Packages, Provider } from "flotilla";

const fleet = new pulumi.StackReference("organization/flotilla/e2e");
const provider = new Provider("hosts", {
  privateKey: fleet.requireOutput("operatorKey"),
});
const host = new Host("web-1", hostOfStack(fleet, "web-1"), { provider });
new Packages("tools", { host, packages: { tree: {} } }, { provider });

/** What was read from the host. */
export const facts = host.facts;
