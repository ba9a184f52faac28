/** Becoming somebody who may do less. */
import { PrivilegesError } from "./errors.ts";

/** Who to become: ids, or names. */
export interface Identity {
  readonly uid?: number | string | undefined;
  readonly gid?: number | string | undefined;
}

/** What this needs of the process; a test has another one. */
export interface Identities {
  getuid(): number;
  getgid(): number;
  setuid(id: number | string): void;
  setgid(id: number | string): void;
  setgroups(groups: readonly (number | string)[]): void;
  initgroups(user: number | string, extraGroup: number | string): void;
}

/**
 * Becomes another user and group, with the further groups of that user and no others, and proves that there is no way back. Throws
 * `PrivilegesError` where that does not work.
 *
 * @example
 * dropPrivileges({});
 */
export function dropPrivileges({ uid, gid }: Identity, own: Partial<Identities> = process): void {
  if (uid === undefined && gid === undefined) return;
  if (own.setuid === undefined) throw new PrivilegesError("Cannot change the user: this system has no users");
  const identities = own as Identities;
  if (isAlready(identities, { uid, gid })) return;
  try {
    // In this order: who is not root any more may change nothing.
    becomeGroup(identities, uid, gid);
    if (uid !== undefined) identities.setuid(uid);
  } catch (error) {
    throw new PrivilegesError(
      `Cannot become the user ${uid ?? "of now"} and the group ${gid ?? "of now"}: ${(error as Error).message}`,
      { cause: error },
    );
  }
  if (uid !== undefined && identities.getuid() !== 0 && canBecomeRoot(identities))
    throw new PrivilegesError(`Cannot give up being root: the system would let user ${uid} become root again`);
}

function isAlready(own: Identities, { uid, gid }: Identity): boolean {
  return (uid === undefined || uid === own.getuid()) && (gid === undefined || gid === own.getgid());
}

function becomeGroup(own: Identities, uid: Identity["uid"], gid: Identity["gid"]): void {
  const group = gid ?? own.getgid();
  if (uid === undefined) own.setgroups([group]);
  else {
    try {
      own.initgroups(uid, group);
    } catch (error) {
      // A number without a name: it has no further groups.
      if ((error as { code?: unknown }).code !== "ERR_UNKNOWN_CREDENTIAL" || typeof uid !== "number") throw error;
      own.setgroups([group]);
    }
  }
  if (gid !== undefined) own.setgid(gid);
}

function canBecomeRoot(own: Identities): boolean {
  try {
    own.setuid(0);
    return true;
  } catch {
    return false;
  }
}
