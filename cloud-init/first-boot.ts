/** What a machine must be like when it is reached for the first time. */
export interface FirstBoot {
  /** One label of a host name (RFC 1123). First boot only; it stays across reboots. */
  readonly hostname: string;
  /** The program's login: `root`, or an account with passwordless sudo that is made. First boot only. */
  readonly user: string;
  /** Lines of `authorized_keys` for the login and for root: the operator key. At least one. First boot only. */
  readonly authorizedKeys: readonly string[];
  /** The user's own break-glass key, for the login's `~/.ssh/authorized_keys2`. First boot only. @default - none */
  readonly breakGlassKey?: string | undefined;
  /** The host key to boot with: ed25519, as OpenSSH writes it. The user data that holds it is a secret. */
  readonly hostKey: { readonly privateKey: string; readonly publicKey: string };
  /** Port of sshd (1–65535). First boot only. */
  readonly sshPort: number;
}

interface Check {
  readonly path: string;
  readonly holds: boolean;
  readonly rule: string;
  /** The value, where it is no secret. */
  readonly value?: string | number;
}

/** Throws one error with everything that could not be booted with. */
export function validateFirstBoot(boot: FirstBoot): void {
  const broken = checks(boot).filter(({ holds }) => !holds);
  if (broken.length === 0) return;
  const lines = broken.map(({ path, value, rule }) =>
    value === undefined
      ? `${path} ${rule}`
      : `${path} is ${JSON.stringify(value)}: it ${rule}`,
  );
  throw new Error(`user data cannot be rendered: ${lines.join("; ")}`);
}

function checks(boot: FirstBoot): readonly Check[] {
  const { hostname, user, sshPort, hostKey, breakGlassKey } = boot;
  return [
    {
      path: "hostname",
      value: hostname,
      holds: /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(hostname),
      rule: "must be one label of a host name: letters, digits and '-' inside, at most 63",
    },
    {
      path: "user",
      value: user,
      holds: /^[a-z_][a-z0-9_-]{0,31}$/.test(user),
      rule: "must be the name of an account: at most 32 lower-case letters, digits, '_' and '-'",
    },
    {
      path: "sshPort",
      value: sshPort,
      holds: Number.isInteger(sshPort) && sshPort >= 1 && sshPort <= 65535,
      rule: "must be a whole number from 1 to 65535",
    },
    {
      path: "authorizedKeys",
      holds: boot.authorizedKeys.length > 0,
      rule: "must hold a key: nobody could log in",
    },
    ...boot.authorizedKeys.map((key, index) =>
      keyCheck(`authorizedKeys[${index}]`, key),
    ),
    ...(breakGlassKey === undefined
      ? []
      : [keyCheck("breakGlassKey", breakGlassKey)]),
    {
      path: "hostKey.privateKey",
      holds:
        /^-----BEGIN OPENSSH PRIVATE KEY-----\n[A-Za-z0-9+/=\n]+\n-----END OPENSSH PRIVATE KEY-----\n*$/.test(
          hostKey.privateKey,
        ),
      rule: "must be a private key as OpenSSH writes it: the output privateKeyOpenssh of tls.PrivateKey",
    },
    {
      path: "hostKey.publicKey",
      holds: /^ssh-ed25519 [A-Za-z0-9+/=]+( [!-~ ]*)?\n*$/.test(
        hostKey.publicKey,
      ),
      rule: "must be one line that begins with ssh-ed25519: the output publicKeyOpenssh of tls.PrivateKey",
    },
  ];
}

/** One line of printable characters: YAML and sshd do not agree on what else would end it. */
function keyCheck(path: string, key: string): Check {
  return {
    path,
    holds: /^[a-z][!-~]* [A-Za-z0-9+/=]+( [^\p{C}\p{Zl}\p{Zp}]*)?$/u.test(key),
    rule: 'must be one line like "ssh-ed25519 AAAA… name", without options in front',
  };
}
