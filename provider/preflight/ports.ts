import type { ListenerFact } from "../facts/index.ts";
import { error, warning, type Check } from "./finding.ts";

/** Longer than any update of packages takes: nobody waits for that. */
const STUCK_SECONDS = 15 * 60;

/** Jobs wait for the lock of apt, five minutes at most. */
export const aptLock: Check = ({ answer: { aptLock: lock } }) => {
  if (!lock) return [];
  const minutes = Math.floor(lock.seconds / 60);
  const text = `the lock of apt is held by ${lock.holder}, which runs for ${minutes} min`;
  if (lock.seconds < STUCK_SECONDS)
    return [warning(text, "the first job waits for it, up to five minutes")];
  const fix = "look what it waits for, and end it when it is stuck";
  return [error(text, fix)];
};

/** A port that the fleet wants is free, or held by a unit that Flotilla runs or will run. */
export const ports: Check = ({ answer, wanted }) => {
  const said = new Set<string>();
  return answer.listeners.flatMap((listener) => {
    const place = `${listener.protocol}/${listener.port}`;
    const want = wanted.ports[place];
    const { unit, process, pid } = listener;
    if (!want || said.has(`${place} ${pid}`)) return [];
    if (
      unit !== undefined &&
      (want.units.includes(unit) ||
        want.units.includes(templateOf(unit)) ||
        answer.ownUnits.has(unit))
    )
      return [];
    said.add(`${place} ${pid}`);
    const name = process ?? "a process that only root can name";
    return [
      error(
        `port ${place}, which ${want.by} needs, is taken by ${name}${details(listener)}`,
        `${wayToEnd(listener)}, or give ${want.by} another port`,
      ),
    ];
  });
};

/** `postgresql@15-main.service` is one of `postgresql@.service`; a unit without a template is itself. */
function templateOf(unit: string): string {
  return unit.replace(/@[^@]+(\.[a-z]+)$/, "@$1");
}

function details({ pid, unit }: ListenerFact): string {
  const known = [
    ...(pid === undefined ? [] : [`pid ${pid}`]),
    ...(unit === undefined ? [] : [unit]),
  ];
  return known.length === 0 ? "" : ` (${known.join(", ")})`;
}

function wayToEnd({ pid, unit, port }: ListenerFact): string {
  if (unit !== undefined)
    return `stop it there with 'systemctl disable --now ${unit}'`;
  return pid === undefined
    ? `find it there with 'ss -lntup sport = ${port}' and end it`
    : `end process ${pid} there`;
}

/** Packets have to pass every firewall of a host. */
export const firewall: Check = ({ answer, wanted }) =>
  (wanted.firewall ? answer.firewalls : []).map((name) =>
    warning(
      `${name} is active beside Flotilla's rules: a port is open only where both let it in`,
      `turn it off there: ${turnOff[name] ?? `systemctl disable --now ${name}`}`,
    ),
  );

const turnOff: Readonly<Record<string, string>> = { ufw: "ufw disable" };
