/** `hawser/inetd`: services from an inetd.conf, done here or by programs. */
export { findProblems } from "./find-problems.ts";
export { InetdService } from "./inetd-service.ts";
export type { InetdServiceOptions, ListeningEntry } from "./inetd-service.ts";
export { readInetdConf } from "./read-inetd-conf.ts";
export type { ReadInetdConfOptions } from "./read-inetd-conf.ts";
export type { Account, Accounts } from "./wire/accounts.ts";
export { InetdConfigError } from "./wire/errors.ts";
export type { InetdEntry, InternalEntry, InternalService, ProgramEntry } from "./wire/inetd-entry.ts";
export { parseInetdConf } from "./wire/parse-inetd-conf.ts";
export type { InetdConf, ParseInetdConfOptions } from "./wire/parse-inetd-conf.ts";
export { parseServices } from "./wire/service-names.ts";
export type { ServiceNames } from "./wire/service-names.ts";
