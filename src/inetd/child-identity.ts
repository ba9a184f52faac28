/** Who the program of a service runs as. */
import type { Account, Accounts } from "./wire/accounts.ts";

/** The ids for `spawnProcess`; `null` leaves ours. */
export interface ChildIdentity {
  readonly uid: number | null;
  readonly gid: number | null;
}

/** What this needs of the process; a test has another one. */
export interface OwnIdentity {
  geteuid?(): number;
  getuid?(): number;
  getgid?(): number;
}

/**
 * The ids of `user` and `group`, which are names or numbers. Throws an error that says what is wrong and what is expected: where nobody is called so, and where we may
 * not become them.
 */
export function childIdentity(
  { user, group }: { readonly user: string; readonly group?: string | undefined },
  accounts: Accounts,
  own: OwnIdentity = process,
): ChildIdentity {
  const account = accountOf(user, accounts);
  const gid = group === undefined ? account.gid : groupID(group, accounts);
  if (gid === undefined)
    throw new Error(`the user ${user} is not in /etc/passwd, expected a group as well, such as ${user}:${user}`);
  const [uid, ownGid] = [own.getuid?.(), own.getgid?.()];
  if (own.geteuid?.() === 0) return account.uid === uid && gid === ownGid ? OURS : { uid: account.uid, gid };
  if (account.uid !== uid)
    throw new Error(`the user is ${user}, expected this process to be run by root, or the user to be its own, ${uid}`);
  // Who names no group keeps ours, for that is a group of the user.
  if (group === undefined || gid === ownGid) return OURS;
  throw new Error(
    `the group is ${group}, expected this process to be run by root, or the group to be its own, ${ownGid}`,
  );
}

const OURS: ChildIdentity = { uid: null, gid: null };
const NUMBER = /^\d{1,9}$/;

function accountOf(user: string, { users }: Accounts): Pick<Account, "uid"> & Partial<Account> {
  const account = users.get(user);
  if (account !== undefined) return account;
  if (!NUMBER.test(user))
    throw new Error(`there is no user ${JSON.stringify(user)}, expected a name in /etc/passwd, or a number`);
  const uid = Number(user);
  return [...users.values()].find((other) => other.uid === uid) ?? { uid };
}

function groupID(group: string, { groups }: Accounts): number {
  const gid = groups.get(group);
  if (gid !== undefined) return gid;
  if (NUMBER.test(group)) return Number(group);
  throw new Error(`there is no group ${JSON.stringify(group)}, expected a name in /etc/group, or a number`);
}
