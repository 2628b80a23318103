/** What OpenSSH needs to reach one host and no other. */
export interface SshTarget {
  /** `USER@ADDRESS` */
  readonly destination: string;
  readonly keyFile: string;
  readonly knownHostsFile: string;
}

/** Arguments for OpenSSH: nothing of the user's own configuration, agent or known hosts counts. */
export function renderSshArguments(target: SshTarget): string[] {
  const options = [
    "BatchMode=yes",
    "ConnectTimeout=10",
    "GlobalKnownHostsFile=none",
    "IdentitiesOnly=yes",
    `IdentityFile=${target.keyFile}`,
    "StrictHostKeyChecking=yes",
    `UserKnownHostsFile=${target.knownHostsFile}`,
  ];
  const words = options.flatMap((option) => ["-o", option]);
  return ["-F", "none", ...words, target.destination];
}
