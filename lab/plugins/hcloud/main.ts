import { managedService } from "../shared/managed/service.ts";
import { serve } from "../shared/serve.ts";
import { configurationProblems, connect } from "./configuration.ts";
import { describe } from "./error.ts";
import { firewall } from "./firewall.ts";
import { firewallAttachment } from "./firewall-attachment.ts";
import schema from "./schema.json" with { type: "json" };
import { server } from "./server.ts";
import { getServer, getServers } from "./servers.ts";
import { sshKey } from "./ssh-key.ts";

serve(
  managedService({
    schema,
    resources: {
      Firewall: firewall,
      FirewallAttachment: firewallAttachment,
      Server: server,
      SshKey: sshKey,
    },
    functions: { getServer, getServers },
    ...{ connect, configurationProblems, describe },
  }),
);
