/** What lies at a path. */
export interface PathFact {
  readonly type: "file" | "directory" | "link" | "missing" | "other";
  /** Four octal digits, or `-` where nothing is. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** SHA-256 of a file, target of a link, else `-`. */
  readonly content: string;
}

/** What dpkg knows of a package. */
export interface PackageFact {
  readonly installed: boolean;
  readonly version: string | undefined;
  /** Present in part: unpacked, half configured, waiting for a trigger. */
  readonly broken: boolean;
}

/** What systemd says of a unit, in its own words. */
export interface UnitFact {
  readonly loadState: string;
  readonly activeState: string;
  readonly unitFileState: string;
  /** A file of the unit changed on disk after systemd read it. */
  readonly needsDaemonReload: boolean;
}

/** Where `current` points, and what really lies behind it. */
export interface ReleaseFact {
  readonly current: string | undefined;
  /** Relative path → SHA-256, or `-` for what is no regular file, or has another mode or owner than releases have. */
  readonly files: ReadonlyMap<string, string>;
}

/** A table `inet <name>`, compared with what the kernel printed when it was loaded. */
export interface NftablesFact {
  readonly loaded: boolean;
  /** Digest of the text that was loaded; `undefined` when no job loaded it. */
  readonly digest: string | undefined;
  readonly drifted: boolean;
  /** The same rules are loaded when the host boots; not looked at where they have drifted. */
  readonly loadsAtBoot: boolean;
  /** Lines that were added by hand. */
  readonly added: readonly string[];
  /** Lines that are gone. */
  readonly gone: readonly string[];
}

/** A setting in a file of somebody else's. */
export interface SettingFact {
  /** Lines that set it. */
  readonly count: number;
  /** What the last of them says; empty where none does. */
  readonly value: string;
}

/** A parameter of the running kernel. */
export interface SysctlFact {
  /** `fixed`: it exists, and this host may not change it. */
  readonly state: "free" | "fixed" | "missing";
  readonly value: string;
}

/** One of sshd's own keys. */
export interface HostKeyFact {
  /** `unreadable`: no private key, or one that others than root may read; sshd does not use it either. */
  readonly state: "found" | "missing" | "unreadable";
  /** `ssh-ed25519 AAAA…`, of the private half. */
  readonly publicHalf: string;
}

/** An account, as the host's databases have it. */
export interface UserFact {
  readonly uid: number;
  /** Name of its primary group. */
  readonly group: string;
  /** Names of its supplementary groups, sorted. */
  readonly groups: readonly string[];
  /** Whether a password opens it. The hash itself is never read. */
  readonly password: "locked" | "set" | "empty";
  /** It has an end date, passed or not. */
  readonly expires: boolean;
  readonly home: string;
  readonly shell: string;
  readonly comment: string;
}

/** A cluster of Debian's PostgreSQL. */
export interface PostgresClusterFact {
  readonly version: string | undefined;
  /** `failing`: it runs, and answers no question. */
  readonly server: "missing" | "down" | "online" | "failing";
  readonly isEnabled: boolean;
  /** `0640 postgres:postgres <SHA-256>` of our settings; `undefined` where there is no such file. */
  readonly settings: string | undefined;
  /** The same of our access rules. */
  readonly access: string | undefined;
  /** Some setting waits for a restart. */
  readonly isRestartPending: boolean;
}

/** A role that exists. */
export interface PostgresRoleFact {
  /** What it may do: `login`, `superuser`, `createdb`, `noinherit` … */
  readonly words: readonly string[];
  readonly connectionLimit: number;
  readonly memberOf: readonly string[];
  readonly actAs: string | undefined;
  /** What PostgreSQL keeps of its password. */
  readonly verifier: string | undefined;
  readonly comment: string | undefined;
}

/** A database that exists. */
export interface PostgresDatabaseFact {
  readonly owner: string;
  readonly encoding: string;
  /** Order, and classes where those differ. */
  readonly locale: string;
  readonly connectionLimit: number;
  /** What every role may do. */
  readonly everybody: readonly string[];
  readonly extensions: readonly string[];
  readonly comment: string | undefined;
}

/** The dumps of a database. */
export interface PostgresDumpsFact {
  /** What the last asked one was made for. */
  readonly purpose: string | undefined;
  /** Names of the files, oldest first. */
  readonly names: readonly string[];
}

/** What a role has in one place: `database`, `schema x`, `tables x`, `sequences x`. */
export interface PostgresPrivilegeFact {
  /** How many things the place has. */
  readonly count: number;
  readonly onEvery: readonly string[];
  readonly onSome: readonly string[];
  /** On those that the database's owner will create. */
  readonly onNew: readonly string[];
}

/** The privileges of a role in a database, by place. */
export interface PostgresGrantFact {
  readonly state: "present" | "missing" | "role-missing" | "database-missing";
  readonly places: ReadonlyMap<string, PostgresPrivilegeFact>;
}

/** A job of this manifest that the host remembers. */
export interface JobFact {
  readonly id: string;
  readonly desiredHash: string;
  readonly attempt: number;
  readonly state: "running" | "finished" | "interrupted";
  readonly outcome: string | undefined;
  readonly acknowledged: boolean;
}

/** Whether a gate holds at this moment. */
export interface GateFact {
  readonly holds: boolean;
  /** What the probe said. */
  readonly detail: string;
}

/** Everything that one observation read from a host. */
export interface Observation {
  /** Facts of the machine by name, as the host printed them. */
  readonly host: ReadonlyMap<string, string>;
  /** A number that every finished job increases. */
  readonly generation: number;
  /** Hashes of the runtimes that are installed. */
  readonly runtimes: ReadonlySet<string>;
  /** Item key → id of the manifest that owns it. */
  readonly owners: ReadonlyMap<string, string>;
  /** Jobs of this manifest, newest last. */
  readonly jobs: readonly JobFact[];
  readonly paths: ReadonlyMap<string, PathFact>;
  readonly packages: ReadonlyMap<string, PackageFact>;
  readonly units: ReadonlyMap<string, UnitFact>;
  readonly releases: ReadonlyMap<string, ReleaseFact>;
  readonly nftables: ReadonlyMap<string, NftablesFact>;
  /** By type. */
  readonly hostKeys: ReadonlyMap<string, HostKeyFact>;
  /** `<path>:<key>` → what is set. */
  readonly settings: ReadonlyMap<string, SettingFact>;
  readonly sysctls: ReadonlyMap<string, SysctlFact>;
  /** Accounts that were asked for; `undefined` for one that does not exist. */
  readonly users: ReadonlyMap<string, UserFact | undefined>;
  /** Groups that were asked for, and exist. */
  readonly groups: ReadonlySet<string>;
  /** Numbers that were asked for → the account that has them. */
  readonly uids: ReadonlyMap<number, string>;
  readonly postgresClusters: ReadonlyMap<string, PostgresClusterFact>;
  /** By `cluster/name`; `undefined` is one that is missing. */
  readonly postgresRoles: ReadonlyMap<string, PostgresRoleFact | undefined>;
  readonly postgresDatabases: ReadonlyMap<
    string,
    PostgresDatabaseFact | undefined
  >;
  readonly postgresDumps: ReadonlyMap<string, PostgresDumpsFact>;
  /** By `cluster/database/role`. */
  readonly postgresGrants: ReadonlyMap<string, PostgresGrantFact>;
  /** The gates that were asked for, by name. */
  readonly gates: ReadonlyMap<string, GateFact>;
  /** What could not be read: the asked name or path → why. */
  readonly problems: ReadonlyMap<string, string>;
}
