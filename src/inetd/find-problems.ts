/** What is wrong with a configuration on this machine, as far as that can be seen without opening a port. */
import { accessSync, constants, statSync } from "node:fs";
import { childIdentity } from "./child-identity.ts";
import { readAccounts } from "./read-inetd-conf.ts";
import type { Accounts } from "./wire/accounts.ts";
import { InetdConfigError } from "./wire/errors.ts";
import type { InetdEntry } from "./wire/inetd-entry.ts";
import type { InetdConf } from "./wire/parse-inetd-conf.ts";

/**
 * The lines of `conf` that cannot be used: those that are no services, those whose user there is not or cannot be had, and those whose program cannot be run.
 *
 * @example
 * const conf = parseInetdConf("8023 stream tcp nowait root /no/such/program");
 * assert.match(findProblems(conf)[0]!.message, /^Cannot use inetd.conf:1: the program is \/no\/such\/program, expected/);
 */
export function findProblems(conf: InetdConf, accounts: Accounts = readAccounts()): InetdConfigError[] {
  const problems = [...conf.problems];
  for (const entry of conf.entries) {
    try {
      checkEntry(entry, accounts);
    } catch (error) {
      problems.push(problemOf(conf, entry, error as Error));
    }
  }
  return problems.sort((one, other) => one.line - other.line);
}

export function problemOf({ file }: InetdConf, { line }: InetdEntry, cause: Error): InetdConfigError {
  return new InetdConfigError({ file, line }, cause.message, { cause });
}

/** Throws an error that says what is wrong with an entry on this machine, and what is expected. */
export function checkEntry(entry: InetdEntry, accounts: Accounts): void {
  if (entry.internal !== undefined) {
    // Nobody becomes that user, but a misspelt one is a mistake all the same.
    childIdentity(entry, accounts, ROOT);
    return;
  }
  childIdentity(entry, accounts);
  const { program } = entry;
  try {
    accessSync(program, constants.X_OK);
  } catch (error) {
    throw new Error(`the program is ${program}, expected a file that may be executed`, { cause: error });
  }
  if (!statSync(program).isFile()) throw new Error(`the program is ${program}, expected a file and no folder`);
}

const ROOT = { geteuid: () => 0, getuid: () => 0, getgid: () => 0 };
