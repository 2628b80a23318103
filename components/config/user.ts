import { z } from "zod";
import { userItem, userName } from "../../manifest/user.ts";
import { name } from "./name.ts";
import { publicKey } from "./public-key.ts";
import { user as loginName } from "./ssh.ts";
import { integer, text } from "./text.ts";

/** The key of a user: the name of the account. */
export const accountName = loginName.superRefine((value, context) => {
  if (userName.safeParse(value).success || value !== "root") return;
  context.addIssue({
    code: "custom",
    message: "is the system's own administrator",
    params: { hint: "choose another name; sudo: all makes it as mighty" },
  });
});

const group = text((value) =>
  userName.safeParse(value).success
    ? undefined
    : {
        rule: "is not the name of a group that may be given",
        hint: "use at most 32 lower-case letters, digits, '_' and '-', and not root",
      },
);

const place = (what: string, example: string) =>
  text((value) =>
    userItem.safeParse({ home: value }).success
      ? undefined
      : {
          rule: `is not an absolute path of ${what}`,
          hint: `write it like "${example}"`,
        },
  );

const comment = text((value) =>
  userItem.safeParse({ comment: value }).success
    ? undefined
    : {
        rule: "is longer than 120 characters or holds ':', ',' or a control character",
        hint: "write a few plain words",
      },
);

/** A person, or a role, with an account of that name: no password, entered by key alone. */
export const user = z.strictObject({
  /** Names of the hosts that have the account. One that leaves the list loses the account there. @default - all hosts */
  hosts: z
    .array(name)
    .min(1)
    .optional()
    .describe("Names of the hosts that have the account"),
  /** Public keys that open the account, each one line as in a file .pub. The account's authorized_keys holds these and no others. */
  sshKeys: z
    .array(publicKey)
    .min(1)
    .describe("Public keys that open the account"),
  /** What it may do as root, without a password: nothing; look at, restart and reload what the fleet runs on that host; or everything. @default "none" */
  sudo: z
    .enum(["none", "webops", "all"])
    .default("none")
    .describe("What the account may do as root"),
  /** Further groups, exactly these; they must exist on the hosts. Groups that are as good as root need `sudo: all`. @default [] */
  groups: z
    .array(group)
    .default([])
    .describe("Further groups of the account, exactly these"),
  /** Program that a login starts. @default "/bin/bash" */
  shell: place("a program", "/bin/bash")
    .default("/bin/bash")
    .describe("Program that a login starts"),
  /** Folder of the account; never moved. @default - `/home/<name>` */
  home: place("a folder", "/home/alice")
    .optional()
    .describe("Folder of the account"),
  /** Number of the account (1000–59999); never changed. @default - the next free one of each host */
  uid: integer(1000, 59999).optional().describe("Number of the account"),
  /** What it is for, as the host's own lists show it. @default "" */
  comment: comment.default("").describe("What the account is for"),
  /** Keeps the home when the account is removed. @default true */
  keepData: z
    .boolean()
    .default(true)
    .describe("Keeps the home when the account is removed"),
  /** Takes over an account of that name that exists already: its password, groups and keys become what is declared here. It is never removed. @default false */
  adopt: z
    .boolean()
    .default(false)
    .describe("Takes over an account of that name that exists"),
});

export type UserConfig = z.output<typeof user>;
