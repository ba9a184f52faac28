/** Reads the files that inetd needs. */
import { readFileSync } from "node:fs";
import { parseAccounts } from "./wire/accounts.ts";
import type { Accounts } from "./wire/accounts.ts";
import { parseInetdConf } from "./wire/parse-inetd-conf.ts";
import type { InetdConf } from "./wire/parse-inetd-conf.ts";
import { parseServices } from "./wire/service-names.ts";

export interface ReadInetdConfOptions {
  /** The file with the ports of services. Where there is none, lines have numbers. Default: `"/etc/services"` */
  readonly servicesFile?: string;
}

/**
 * What the file says. Throws the system's error where it cannot be read.
 *
 * @example
 * assert.throws(() => readInetdConf("/no/such/inetd.conf"), { code: "ENOENT" });
 */
export function readInetdConf(file: string, options: ReadInetdConfOptions = {}): InetdConf {
  const services = parseServices(textOf(options.servicesFile ?? "/etc/services"));
  return parseInetdConf(readFileSync(file, "utf8"), { file, services });
}

/** The users and groups of this machine. Those that other services list, such as LDAP, are not among them. */
export function readAccounts(): Accounts {
  return parseAccounts(textOf("/etc/passwd"), textOf("/etc/group"));
}

/** The text of a file that need not be there. */
function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
