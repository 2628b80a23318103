import * as pulumi from "@pulumi/pulumi";
import { item, type Items } from "../items.ts";

/** How sshd is hardened. */
export interface SshdArgs {
  /** Lets root log in by key; `false` by nothing. @default true */
  readonly rootLogin?: boolean | undefined;
  /** The only accounts that may log in; the host's own login must be among them. @default - all */
  readonly allowUsers?: readonly string[] | undefined;
  /** Lets sessions forward TCP ports. @default false */
  readonly tcpForwarding?: boolean | undefined;
  /** Wrong logins that end a connection (1–20). @default 3 */
  readonly maxAuthTries?: number | undefined;
  /** Seconds that the host waits for a new connection before it takes new settings back (5–600). @default 60 */
  readonly confirmSeconds?: number | undefined;
}

/** The drop-in: sshd takes the first value that it finds, so the name goes before all others. */
export const sshdDropIn = "/etc/ssh/sshd_config.d/00-flotilla.conf";

/** Makes what the settings refer to. */
export const sshdKeysUnit = "flotilla-sshd-keys.service";

const unitFile = `/etc/systemd/system/${sshdKeysUnit}`;

/** The items of a hardened sshd; `os` as facts say it, such as `debian 12`. */
export function sshdItems(args: SshdArgs, os: pulumi.Input<string>): Items {
  const { allowUsers, tcpForwarding, rootLogin, maxAuthTries = 3 } = args;
  return {
    ...item("file", unitFile, {
      template: keysUnit,
      validate: "unit",
      notify: [{ unit: sshdKeysUnit, action: "restart" }],
    }),
    ...item("unit", sshdKeysUnit, {}),
    ...item("sshd", sshdDropIn, {
      template: `${settings}${allowUsers ? "AllowUsers {{allowUsers}}\n" : ""}`,
      values: {
        rootLogin: rootLogin === false ? "no" : "prohibit-password",
        tcpForwarding: tcpForwarding ? "yes" : "no",
        maxAuthTries,
        kex: pulumi.output(os).apply(keyExchange),
        ...(allowUsers ? { allowUsers: [...allowUsers].join(" ") } : {}),
      },
      confirmSeconds: args.confirmSeconds ?? 60,
    }),
  };
}

/**
 * Key exchanges as ssh-audit's policy for Debian 12 lists them, in its order. Other systems keep their own list, newer
 * ones with it, without what the policy calls weak.
 */
export function keyExchange(os: string | undefined): string {
  return os === "debian 12"
    ? [
        "sntrup761x25519-sha512",
        "sntrup761x25519-sha512@openssh.com",
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512",
        "diffie-hellman-group-exchange-sha256",
      ].join(",")
    : "-ecdh-sha2-*,diffie-hellman-group1-*,diffie-hellman-group14-*,diffie-hellman-group-exchange-sha1";
}

const rsaKey = "/etc/ssh/flotilla_host_rsa_key";
const moduli = "/etc/ssh/flotilla_moduli";

const settings = `# Made by Flotilla; changes by hand are taken back. Each line: docs/hardening.md.
PermitRootLogin {{rootLogin}}
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitEmptyPasswords no
PermitUserEnvironment no
MaxAuthTries {{maxAuthTries}}
LoginGraceTime 30
MaxStartups 10:30:60
LogLevel VERBOSE
Compression no
TCPKeepAlive no
ClientAliveInterval 60
ClientAliveCountMax 2
X11Forwarding no
AllowAgentForwarding no
AllowStreamLocalForwarding no
AllowTcpForwarding {{tcpForwarding}}
HostKey /etc/ssh/ssh_host_ed25519_key
HostKey ${rsaKey}
ModuliFile ${moduli}
HostKeyAlgorithms ssh-ed25519-cert-v01@openssh.com,rsa-sha2-512-cert-v01@openssh.com,rsa-sha2-256-cert-v01@openssh.com,ssh-ed25519,rsa-sha2-512,rsa-sha2-256
KexAlgorithms {{kex}}
Ciphers chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr,aes192-ctr,aes128-gcm@openssh.com,aes128-ctr
MACs hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,umac-128-etm@openssh.com
`;

/** An RSA key of the size that Debian does not make by itself, and Debian's moduli without the short ones. */
const keysUnit = `# Made by Flotilla: what ${sshdDropIn} refers to. The key is made once and stays.
[Unit]
Description=Flotilla: RSA host key and moduli for sshd
Before=ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
UMask=0022
ExecStart=/bin/sh -c '[ -s ${rsaKey} ] || exec /usr/bin/ssh-keygen -q -t rsa -b 4096 -N "" -C "" -f ${rsaKey}'
ExecStart=/usr/bin/awk -v out=${moduli} '!/^#/ && $$5 >= 3071 { print >out }' /etc/ssh/moduli
CapabilityBoundingSet=
NoNewPrivileges=yes
ProtectSystem=strict
ReadWritePaths=/etc/ssh
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
PrivateNetwork=yes
IPAddressDeny=any
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProcSubset=pid
RestrictAddressFamilies=none
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @resources

[Install]
WantedBy=multi-user.target
`;
