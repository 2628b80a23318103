import { managedService } from "../shared/managed/service.ts";
import { serve } from "../shared/serve.ts";
import { connect } from "./configuration.ts";
import { droplet } from "./droplet.ts";
import { getDroplet, getDroplets } from "./droplets.ts";
import { describe } from "./error.ts";
import { firewall } from "./firewall.ts";
import schema from "./schema.json" with { type: "json" };
import { sshKey } from "./ssh-key.ts";
import { tag } from "./tag.ts";

serve(
  managedService({
    schema,
    resources: {
      Droplet: droplet,
      Firewall: firewall,
      SshKey: sshKey,
      Tag: tag,
    },
    functions: { getDroplet, getDroplets },
    repeatsWrongConfiguration: false,
    ...{ connect, describe },
  }),
);
