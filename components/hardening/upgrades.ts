import { item, type Items } from "../items.ts";

/** How Debian's own security updates are installed. */
export interface UnattendedUpgradesArgs {
  /** When the host may reboot after an upgrade that needs it: its local time, `HH:MM`. Updates in place. @default - it never reboots by itself */
  readonly rebootAt?: string | undefined;
}

/** Where a job of Flotilla holds the host. */
const lock = "/run/flotilla/lock";
const folder = "/etc/systemd/system/apt-daily-upgrade.service.d";

/** The package behind this part. */
export const upgradePackages = ["unattended-upgrades"] as const;

/** Security updates every day; the unit that installs them takes the same lock as a job. */
export function upgradeItems({ rebootAt }: UnattendedUpgradesArgs): Items {
  const reboot = rebootAt === undefined ? noReboot : rebootAtTime;
  return {
    ...item("file", "/etc/apt/apt.conf.d/52flotilla-unattended-upgrades", {
      template: `${periodic}${reboot}`,
      ...(rebootAt === undefined ? {} : { values: { rebootAt } }),
    }),
    ...item("directory", folder, {}),
    ...item("file", `${folder}/flotilla.conf`, {
      template: dropIn,
      validate: "unit",
    }),
    ...item("unit", "apt-daily.timer", {}),
    ...item("unit", "apt-daily-upgrade.timer", {}),
  };
}

const periodic = `// Made by Flotilla; changes by hand are taken back.
APT::Periodic::Update-Package-Lists "1";
APT::Periodic::Unattended-Upgrade "1";
Unattended-Upgrade::AutoFixInterruptedDpkg "true";
Unattended-Upgrade::MinimalSteps "true";
`;

const noReboot = `Unattended-Upgrade::Automatic-Reboot "false";
`;

const rebootAtTime = `Unattended-Upgrade::Automatic-Reboot "true";
Unattended-Upgrade::Automatic-Reboot-WithUsers "true";
Unattended-Upgrade::Automatic-Reboot-Time "{{rebootAt}}";
`;

/** What stands in the lock's file is who a job says that it waits for. */
const dropIn = `# Made by Flotilla: an upgrade waits for a running job, and a job for a running upgrade.
[Service]
ExecStartPre=/usr/bin/install -d -m 0700 ${lock.replace("/lock", "")}
ExecStart=
ExecStart=/usr/bin/flock ${lock} /bin/sh -c 'printf "unattended upgrades (apt-daily-upgrade.service)" >${lock}; /usr/lib/apt/apt.systemd.daily install; code=$$?; : >${lock}; exit $$code'
`;
