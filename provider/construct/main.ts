import { main } from "@pulumi/pulumi/provider/index.js";
import { sayOnlyWhatWasLeft } from "../../components/dependents.ts";
import { construct } from "./construct.ts";

// The engine's address is the only argument; the port that is printed is where Construct is answered.
sayOnlyWhatWasLeft();
process.stdin.resume().on("close", () => process.exit(0));
await main({ version: "", construct }, process.argv.slice(2));
