import { installSystemPackages } from "../../lab/system-packages.ts";
import { environment } from "../../toolchain/env.ts";
import { installTestPackages } from "../system-packages.ts";
import { root, type Environment } from "./stage.ts";

/** What static checks and unit tests need. */
export async function setUpForCheck(): Promise<Environment> {
  await installTestPackages();
  return {};
}

/** What all tests need: programs of the machine, the toolchain, the build and the plugins. */
export async function setUp(): Promise<Environment> {
  await installTestPackages();
  await installSystemPackages();
  return environment({ lab: "test", checkout: root });
}
