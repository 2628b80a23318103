/** How the login gets to be root. */
export interface LoginFact {
  readonly user: string;
  readonly way: "root" | "sudo" | "denied";
  /** What sudo said where it refused; else `undefined`. */
  readonly words: string | undefined;
}

/** Room on a file system. */
export interface SpaceFact {
  readonly path: string;
  readonly freeKib: number;
  /** 0 where the file system does not count them. */
  readonly inodes: number;
  readonly freeInodes: number;
}

/** A name, and the address that it resolves to. */
export interface ResolvedFact {
  readonly name: string;
  readonly address: string | undefined;
}

/** A source of packages. */
export interface SourceFact {
  /** Its address without a login. */
  readonly origin: string;
  readonly reachable: boolean;
  /** The last words of apt. */
  readonly words: string;
}

/** Somebody who listens on a port that is wanted. */
export interface ListenerFact {
  readonly protocol: string;
  readonly address: string;
  readonly port: number;
  /** `undefined` where only root may know. */
  readonly pid: number | undefined;
  readonly process: string | undefined;
  /** The service that the process belongs to. */
  readonly unit: string | undefined;
}

/** What a host said to a preflight. */
export interface PreflightAnswer {
  /** Facts of the machine by name, as the host printed them. */
  readonly host: ReadonlyMap<string, string>;
  readonly login: LoginFact | undefined;
  /** The host's clock when it began to answer, in seconds since 1970. */
  readonly clockSeconds: number | undefined;
  readonly spaces: readonly SpaceFact[];
  readonly hostname: ResolvedFact | undefined;
  readonly dns: ResolvedFact | undefined;
  /** Addresses of the host's own interfaces. */
  readonly addresses: readonly string[];
  readonly sources: readonly SourceFact[];
  readonly aptLock:
    { readonly holder: string; readonly seconds: number } | undefined;
  readonly listeners: readonly ListenerFact[];
  /** Units that belong to some manifest. */
  readonly ownUnits: ReadonlySet<string>;
  /** Other programs that filter packets. */
  readonly firewalls: readonly string[];
  readonly diskWrite:
    { readonly bytes: number; readonly microseconds: number } | undefined;
  /** What could not be read: the question → why. */
  readonly problems: ReadonlyMap<string, string>;
}
