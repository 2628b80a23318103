import { managedService } from "../shared/managed/service.ts";
import { serve } from "../shared/serve.ts";
import { configurationProblems, connect } from "./configuration.ts";
import { describe } from "./error.ts";
import { firewall } from "./firewall.ts";
import { getFirewalls } from "./firewalls.ts";
import { firewallAttachment } from "./firewall-attachment.ts";
import { network } from "./network.ts";
import { networkSubnet } from "./network-subnet.ts";
import { placementGroup } from "./placement-group.ts";
import { primaryIp } from "./primary-ip.ts";
import { rdns } from "./rdns.ts";
import schema from "./schema.json" with { type: "json" };
import { server } from "./server.ts";
import { serverNetwork } from "./server-network.ts";
import { getServer, getServers } from "./servers.ts";
import { snapshot } from "./snapshot.ts";
import { sshKey } from "./ssh-key.ts";

serve(
  managedService({
    schema,
    resources: {
      Firewall: firewall,
      FirewallAttachment: firewallAttachment,
      Network: network,
      NetworkSubnet: networkSubnet,
      PlacementGroup: placementGroup,
      PrimaryIp: primaryIp,
      Rdns: rdns,
      Server: server,
      ServerNetwork: serverNetwork,
      Snapshot: snapshot,
      SshKey: sshKey,
    },
    functions: { getFirewalls, getServer, getServers },
    ...{ connect, configurationProblems, describe },
  }),
);
