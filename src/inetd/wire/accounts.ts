/** The users and groups of this machine, as /etc/passwd and /etc/group list them. */

/** A user, with the group that it has by itself. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

export interface Accounts {
  readonly users: ReadonlyMap<string, Account>;
  /** The ids of groups. */
  readonly groups: ReadonlyMap<string, number>;
}

const USER = /^([^:]+):[^:]*:(\d+):(\d+):/gm;
const GROUP = /^([^:]+):[^:]*:(\d+):/gm;

/** Reads the texts of both files. Lines that are no entry are skipped, and of two entries for one name the first counts, as for the system. */
export function parseAccounts(passwd: string, group: string): Accounts {
  const users = new Map<string, Account>();
  const groups = new Map<string, number>();
  for (const [, name = "", uid, gid] of passwd.matchAll(USER))
    if (!users.has(name)) users.set(name, { name, uid: Number(uid), gid: Number(gid) });
  for (const [, name = "", gid] of group.matchAll(GROUP)) if (!groups.has(name)) groups.set(name, Number(gid));
  return { users, groups };
}
