import { managedService } from "../shared/managed/service.ts";
import { serve } from "../shared/serve.ts";
import { connect } from "./configuration.ts";
import { dnsRecord } from "./dns-record.ts";
import { domain } from "./domain.ts";
import { droplet } from "./droplet.ts";
import { dropletSnapshot } from "./droplet-snapshot.ts";
import { getDroplet, getDroplets } from "./droplets.ts";
import { describe } from "./error.ts";
import { firewall } from "./firewall.ts";
import { reservedIp } from "./reserved-ip.ts";
import { reservedIpAssignment } from "./reserved-ip-assignment.ts";
import schema from "./schema.json" with { type: "json" };
import { sshKey } from "./ssh-key.ts";
import { tag } from "./tag.ts";
import { vpc } from "./vpc.ts";

serve(
  managedService({
    schema,
    resources: {
      DnsRecord: dnsRecord,
      Domain: domain,
      Droplet: droplet,
      DropletSnapshot: dropletSnapshot,
      Firewall: firewall,
      ReservedIp: reservedIp,
      ReservedIpAssignment: reservedIpAssignment,
      SshKey: sshKey,
      Tag: tag,
      Vpc: vpc,
    },
    functions: { getDroplet, getDroplets },
    repeatsWrongConfiguration: false,
    ...{ connect, describe },
  }),
);
