import { bridgedService } from "../shared/bridged/service.ts";
import { serve } from "../shared/serve.ts";
import { bytes, id } from "./bytes.ts";
import { integer } from "./integer.ts";
import { password, string } from "./password.ts";
import { pet } from "./pet.ts";
import schema from "./schema.json" with { type: "json" };

serve(
  bridgedService({
    schema,
    resources: {
      RandomBytes: bytes,
      RandomId: id,
      RandomInteger: integer,
      RandomPassword: password,
      RandomPet: pet,
      RandomString: string,
    },
  }),
);
