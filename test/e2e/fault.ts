import type { TestFleet } from "./test-fleet.ts";

/** Every new connection to sshd but the first. */
export const laterSshConnections =
  "tcp dport 22 tcp flags & (syn | ack) == syn limit rate over 1/hour burst 1 packets";

/** Loads one rule for what comes in, in a table of its own that is nobody else's, before all others. */
export async function block(
  fleet: TestFleet,
  host: string,
  rule: string,
): Promise<void> {
  await fleet.on(
    host,
    `nft 'add table inet e2e_fault; add chain inet e2e_fault input { type filter hook input priority -200; }; add rule inet e2e_fault input ${rule}'`,
  );
}

/** Takes that table away. */
export async function unblock(fleet: TestFleet, host: string): Promise<void> {
  await fleet.on(host, "nft delete table inet e2e_fault");
}
