import { keepAnswersOutOfDebugLog } from "./debug-log.ts";

export {
  webopsCommands,
  type Operated,
  type Sudo,
  type SudoCommand,
} from "./access/sudoers.ts";
export { User, type UserArgs } from "./access/user.ts";
export { StaticSite, type StaticSiteArgs } from "./apps/static-site.ts";
export type {
  FleetConfig,
  HostConfig,
  SiteConfig,
  SiteContent,
} from "./config/fleet.ts";
export { ConfigurationError, type Problem } from "./config/problem.ts";
export { Firewall, type FirewallArgs } from "./firewall/firewall.ts";
export type { FirewallRuleArgs } from "./firewall/firewall-plan.ts";
export { Gate, type GateArgs } from "./firewall/gate.ts";
export { Fleet, type FleetArgs } from "./fleet.ts";
export { Hardening, type HardeningArgs } from "./hardening/hardening.ts";
export type { HardeningParts } from "./hardening/plan.ts";
export {
  BreakGlassKey,
  type BreakGlassKeyArgs,
} from "./hosts/break-glass-key.ts";
export { Hook, type HookArgs } from "./hooks/hook.ts";
export { Hooks, type HooksArgs, type PointHookArgs } from "./hooks/hooks.ts";
export { Cloud, type CloudArgs } from "./clouds/cloud.ts";
export type { CloudHostArgs } from "./hosts/cloud-host.ts";
export {
  AcceptedHostKey,
  type AcceptedHostKeyArgs,
} from "./hosts/accepted-host-key.ts";
export { Host, type HostArgs, type HostManifestArgs } from "./hosts/host.ts";
export {
  MachineSnapshots,
  type MachineSnapshot,
} from "./hosts/machine-snapshots.ts";
export {
  hostOfStack,
  hostsOfStack,
  type StackHost,
} from "./hosts/stack-host.ts";
export {
  Packages,
  type PackageArgs,
  type PackagesArgs,
} from "./hosts/packages.ts";
export { SshIdentity, type SshIdentityArgs } from "./hosts/ssh-identity.ts";
export type { DeepInput } from "./input.ts";
export { item, type Items } from "./items.ts";
export { loadFleet, type LoadedFleet } from "./load-fleet.ts";
export { Manifest, type ManifestArgs } from "./manifest.ts";
export {
  Preflight,
  type PreflightArgs,
  type PreflightHostResult,
} from "./preflight.ts";
export { gitSource, type GitSourceArgs } from "./sources/git-source.ts";
export { GitSourceError } from "./sources/git-error.ts";
export {
  cloudsOfStack,
  Provider,
  type CloudLogin,
  type CloudLogins,
  type ProviderArgs,
} from "./provider.ts";
export type { SecretOf } from "./secret-of.ts";
export { Nginx, type NginxArgs } from "./services/nginx/nginx.ts";
export {
  NodeExporter,
  type NodeExporterArgs,
} from "./services/node-exporter/node-exporter.ts";
export {
  PostgresClient,
  type PostgresClientArgs,
} from "./services/postgres/client.ts";
export {
  PostgresDatabase,
  type PostgresDatabaseArgs,
} from "./services/postgres/database.ts";
export {
  PostgresGrant,
  type PostgresGrantArgs,
} from "./services/postgres/grant.ts";
export {
  Postgres,
  type PostgresArgs,
  type PostgresLogin,
} from "./services/postgres/postgres.ts";
export {
  PostgresRole,
  type PostgresRoleArgs,
} from "./services/postgres/role.ts";
export type { PostgresServer } from "./services/postgres/server.ts";
export { Redis, type RedisArgs } from "./services/redis/redis.ts";

// Whoever imports the library gets secrets, so the SDK must stop telling them before the first one is made.
keepAnswersOutOfDebugLog();
