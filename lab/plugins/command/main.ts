import { serve } from "../shared/serve.ts";
import { commandService } from "./service.ts";

serve(commandService);
