import { bridgedService } from "../shared/bridged/service.ts";
import { serve } from "../shared/serve.ts";
import { privateKey } from "./private-key.ts";
import schema from "./schema.json" with { type: "json" };

serve(bridgedService({ schema, resources: { PrivateKey: privateKey } }));
