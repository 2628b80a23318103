import path from "node:path";
import { Listr, type ListrTask } from "listr2";
import colors from "picocolors";
import { CloudServer } from "../lab/cloud/cloud-server.ts";
import { cloudVariables } from "../lab/cloud/variables.ts";
import { Lab } from "../lab/index.ts";
import { checkout, ensureBuild } from "../toolchain/build.ts";
import {
  type Environment,
  ensureEnvironment,
} from "../toolchain/environment.ts";
import {
  ensurePlugins,
  pluginNames,
  pluginVersions,
} from "../toolchain/plugins.ts";
import { ensurePulumi } from "../toolchain/pulumi.ts";
import type { Report } from "../toolchain/report.ts";
import { ensureStack, type StackArgs } from "../toolchain/stack.ts";
import { asToolchainError } from "../toolchain/toolchain-error.ts";
import { devRepository, devStack, readDevHosts } from "./dev-stack.ts";
import { bootMachines } from "./boot-machines.ts";
import { type FleetOutputs, readOutputs } from "./fleet-outputs.ts";
import { FleetProgress, type ProgressLine } from "./fleet-progress.ts";
import { updateFleet, type UpdateResult } from "./fleet-update.ts";

/** What the tasks find and make, in order. */
export interface QuickstartState {
  stack: StackArgs | undefined;
  update: UpdateResult | undefined;
  outputs: FleetOutputs | undefined;
}

type QuickstartTask = ListrTask<QuickstartState>;

/** How the tasks are shown. */
export type Screen = "terminal" | "lines" | "silent";

/** From nothing to a fleet that runs; each task is quick when its work is done already. */
export async function createTasks(
  screen: Screen,
): Promise<Listr<QuickstartState>> {
  const hosts = await readDevHosts(checkout);
  const lab = await asToolchainError(Lab.open({ name: devStack }));
  const tasks = [
    toolchainTask,
    buildTask,
    imageTask(lab),
    cloudTask(new CloudServer(devStack)),
    repositoryTask(lab),
    fleetTask(hosts, screen),
  ];
  return new Listr<QuickstartState>(tasks, {
    renderer: "default",
    rendererOptions: { collapseSubtasks: false, showErrorMessage: false },
    fallbackRenderer: "simple",
    fallbackRendererCondition: screen === "lines",
    silentRendererCondition: screen === "silent",
    registerSignalListeners: false,
  });
}

const sayOn =
  (line: ProgressLine): Report =>
  (text) => {
    line.output = text;
  };

function done(line: ProgressLine, title: string, detail: string): void {
  line.title = `${title} ${colors.dim(detail)}`;
}

const toolchainTask: QuickstartTask = {
  title: "Pulumi",
  task: async (_state, line) => {
    const report = sayOn(line);
    const pulumi = await ensurePulumi(report);
    const kinds = await ensurePlugins({ pulumi, report });
    const plugins = pluginNames.map(
      (name) => `${name} ${pluginVersions[name]} (${kinds[name]})`,
    );
    done(line, "Pulumi", `${pulumi.version}, plugins ${plugins.join(", ")}`);
  },
};

const buildTask: QuickstartTask = {
  title: "Program and provider",
  task: async (state, line) => {
    const report = sayOn(line);
    await ensureBuild(report);
    const environment = await ensureEnvironment({ lab: devStack, report });
    state.stack = { environment, stack: devStack, directory: checkout };
    await ensureStack(state.stack);
    done(line, "Program and provider", `stack ${devStack}`);
  },
};

function imageTask(lab: Lab): QuickstartTask {
  return {
    title: "Image of the lab's hosts",
    task: async (_state, line) => {
      await asToolchainError(lab.ensureImage(sayOn(line)));
      done(line, "Image of the lab's hosts", "Debian 12");
    },
  };
}

function cloudTask(cloud: CloudServer): QuickstartTask {
  const title = "The lab's cloud";
  return {
    title,
    task: async (state, line) => {
      const access = await asToolchainError(cloud.start());
      await asToolchainError(bootMachines(access, sayOn(line)));
      state.stack = withVariables(state.stack, cloudVariables(access));
      const { endpoint } = access;
      done(line, title, `Hetzner Cloud and DigitalOcean at ${endpoint}`);
    },
  };
}

function withVariables(
  stack: StackArgs | undefined,
  more: Environment["variables"],
): StackArgs {
  if (!stack) throw new Error("the stack is ensured by an earlier task");
  const { environment } = stack;
  const variables = { ...environment.variables, ...more };
  return { ...stack, environment: { ...environment, variables } };
}

function repositoryTask(lab: Lab): QuickstartTask {
  const { name, from, port } = devRepository;
  const title = "Repository of the site";
  return {
    title,
    task: async (_state, line) => {
      const folder = path.join(checkout, from);
      await asToolchainError(lab.serveRepository(name, folder, port));
      done(line, title, `.lab/git/${name}.git`);
    },
  };
}

function fleetTask(hosts: readonly string[], screen: Screen): QuickstartTask {
  return {
    title: "Fleet",
    task: (state, task) => {
      if (!state.stack)
        throw new Error("the stack is ensured by an earlier task");
      const progress = new FleetProgress({ isLive: screen === "terminal" });
      const update = updateFleet(state.stack, (happening) => {
        progress.show(happening);
      });
      const follow = hosts.map((host): QuickstartTask => ({
        title: host,
        task: (_state, line) => progress.follow(host, line, update),
      }));
      return task.newListr([...follow, resultTask(state.stack, update)], {
        concurrent: true,
        exitOnError: false,
      });
    },
  };
}

function resultTask(
  stack: StackArgs,
  update: Promise<UpdateResult>,
): QuickstartTask {
  return {
    task: async (state) => {
      state.update = await update;
      if (state.update.succeeded) state.outputs = await readOutputs(stack);
    },
  };
}
