import { item, type Items } from "../items.ts";
import { sorted } from "../records.ts";

/** Which kernel parameters are set. */
export interface SysctlArgs {
  /** Parameters by name, beside the usual ones or instead of them. Updates in place. @default {} */
  readonly set?: Readonly<Record<string, string>> | undefined;
}

/** Which kernel modules are kept out. */
export interface ModulesArgs {
  /** Modules that are never loaded. @default - `blockedModules` */
  readonly block?: readonly string[] | undefined;
}

/** The parameters of docs/hardening.md. All of them can be put back while the host runs. */
export const kernelParameters: Readonly<Record<string, string>> = {
  "dev.tty.ldisc_autoload": "0",
  "fs.protected_fifos": "2",
  "fs.protected_hardlinks": "1",
  "fs.protected_regular": "2",
  "fs.protected_symlinks": "1",
  "fs.suid_dumpable": "0",
  "kernel.core_uses_pid": "1",
  "kernel.dmesg_restrict": "1",
  "kernel.kptr_restrict": "2",
  "kernel.randomize_va_space": "2",
  "kernel.sysrq": "0",
  "kernel.yama.ptrace_scope": "1",
  "net.core.bpf_jit_harden": "2",
  "net.ipv4.conf.all.accept_redirects": "0",
  "net.ipv4.conf.all.accept_source_route": "0",
  "net.ipv4.conf.all.log_martians": "1",
  "net.ipv4.conf.all.send_redirects": "0",
  "net.ipv4.conf.default.accept_redirects": "0",
  "net.ipv4.conf.default.accept_source_route": "0",
  "net.ipv4.conf.default.log_martians": "1",
  "net.ipv4.conf.default.send_redirects": "0",
  "net.ipv4.icmp_echo_ignore_broadcasts": "1",
  "net.ipv4.icmp_ignore_bogus_error_responses": "1",
  "net.ipv4.tcp_syncookies": "1",
  "net.ipv6.conf.all.accept_redirects": "0",
  "net.ipv6.conf.all.accept_source_route": "0",
  "net.ipv6.conf.default.accept_redirects": "0",
  "net.ipv6.conf.default.accept_source_route": "0",
};

/** The modules of docs/hardening.md: protocols and file systems that no server needs, and ways in by cable. */
export const blockedModules: readonly string[] = [
  ...["dccp", "rds", "sctp", "tipc"],
  ...["cramfs", "freevxfs", "hfs", "hfsplus", "jffs2"],
  ...["firewire-core", "firewire-ohci", "usb-storage"],
];

/** Parameters of the running kernel, and of the next one: a file whose name goes behind all others. */
export function sysctlItems({ set = {} }: SysctlArgs): Items {
  const parameters = sorted({ ...kernelParameters, ...set });
  const lines = parameters.map(([name, value]) => `-${name} = ${value}\n`);
  return {
    ...item("file", "/etc/sysctl.d/zz-flotilla.conf", {
      template: `${header}${lines.join("")}`,
    }),
    ...parameters.reduce<Items>(
      (items, [name, value]) => ({
        ...items,
        ...item("sysctl", name, { value }),
      }),
      {},
    ),
  };
}

/** `blacklist` keeps the kernel from loading a module by itself, `install` everybody else. */
export function moduleItems({ block = blockedModules }: ModulesArgs): Items {
  const lines = [...new Set(block)]
    .sort()
    .map((name) => `blacklist ${name}\ninstall ${name} /bin/false\n`);
  return item("file", "/etc/modprobe.d/flotilla.conf", {
    template: `${header}${lines.join("")}`,
  });
}

const header = "# Made by Flotilla; changes by hand are taken back.\n";
