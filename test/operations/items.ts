import fc from "fast-check";
import { makeSshKeys } from "../ssh-keys.ts";
import { postgresBodies } from "./postgres-records.ts";

const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const mode = fc.constantFrom("0600", "0644", "0755");
const notify = fc.array(
  fc.record({
    unit: fc.constantFrom("nginx.service", "app.service"),
    action: fc.constantFrom("reload", "restart"),
  }),
  { maxLength: 2 },
);

/** Text without a tag: what is wrong with templates is tried elsewhere. */
const template = fc.string().filter((text) => !text.includes("{{"));

/** Bodies of items, by a name that only one kind uses. */
const bodies = {
  "package:nginx": fc.record({ purge: fc.boolean() }),
  "package:curl": fc.record({ version: fc.constantFrom("1.2-3", "4:5~rc1") }),
  "file:/etc/a": fc.record({ template, mode, notify }),
  "file:/etc/systemd/system/app.service": fc.record({ template }),
  "directory:/srv/app": fc.record({ mode }),
  "link:/etc/b": fc.record({ target: fc.constantFrom("/x", "../y"), notify }),
  "absent:/etc/c": fc.record({ notify }),
  "unit:app.service": fc.record({
    enabled: fc.boolean(),
    active: fc.boolean(),
  }),
  "release:/srv/www/x": fc.record({
    source: fc.constant("/site"),
    files: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), digest, {
      maxKeys: 4,
    }),
  }),
  "nftables:flotilla": fc.record({
    rules: fc.dictionary(
      fc.stringMatching(/^[a-z]{1,8}$/),
      fc.record({ port: fc.integer({ min: 1, max: 65535 }) }),
      { maxKeys: 4 },
    ),
    sshPort: fc.constant(22),
  }),
  "sshd:/etc/ssh/sshd_config.d/00-flotilla.conf": fc.record({
    template,
  }),
  "host-key:ed25519": fc.record({
    privateKey: fc.constantFrom(makeSshKeys().private, makeSshKeys().private),
  }),
  "setting:/etc/login.defs:UMASK": fc.record({
    value: fc.constantFrom("027", "a b"),
    separator: fc.constantFrom("space", "equals"),
  }),
  "sysctl:net.ipv4.conf.all.rp_filter": fc.record({
    value: fc.constantFrom("0", "4096 1 2"),
  }),
  ...postgresBodies,
  "user:alice": fc.record({
    uid: fc.constantFrom(undefined, 1500),
    shell: fc.constantFrom("/bin/sh", "/bin/bash"),
    groups: fc.subarray(["adm", "dev"]),
    comment: fc.constantFrom("", "Alice of the web team"),
  }),
};

/** Any manifest. Templates without braces, so that they need no values. */
export const manifestItems: fc.Arbitrary<Record<string, object>> = fc
  .record(bodies, { requiredKeys: [] })
  .map(
    (items) =>
      JSON.parse(JSON.stringify(items).replaceAll("{{", "{")) as Record<
        string,
        object
      >,
  );
