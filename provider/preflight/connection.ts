import type { Finding } from "./finding.ts";

/** Why nothing could be asked. */
export interface Failure {
  /** The kind of failure, in the words of the dial; `answer` for one that came and was no answer. */
  readonly kind:
    | "unreachable"
    | "refused"
    | "wrong-host-key"
    | "no-access"
    | "cancelled"
    | "answer";
  readonly message: string;
}

const fixes: Readonly<Record<Failure["kind"], string>> = {
  unreachable:
    "turn it on, correct 'address' and 'port', or open the way to its SSH port from here (a cloud's firewall?)",
  refused: "start sshd there ('systemctl start ssh'), or correct 'port'",
  "wrong-host-key":
    "compare with 'ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub' on its console; pin the new key only when they are equal",
  "no-access": "run the script below on the host: it lets this key in",
  cancelled: "run it again",
  answer:
    "try 'ssh USER@HOST bash -c true': the login needs bash, and a shell that prints nothing by itself",
};

/** The one finding about a host that cannot be asked. */
export function unreached({ kind, message }: Failure): Finding {
  return {
    check: "connection",
    severity: "error",
    text: message,
    fix: fixes[kind],
    ...(kind === "no-access" && { needsScript: true }),
  };
}
