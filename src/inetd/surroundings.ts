/** What all services of an inetd share. */
import type { OpenConnections } from "../application/open-connections.ts";
import type { Logger } from "../logger/logger.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Accounts } from "./wire/accounts.ts";
import type { Limits } from "./admission.ts";

export interface Surroundings extends Limits {
  readonly reactor: Reactor;
  readonly log: Logger;
  /** The environment of programs. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly accounts: Accounts;
  /** The seconds for which a service that is started too often is closed. */
  readonly closedFor: number;
  /** The connections and the processes that are there. */
  readonly sessions: OpenConnections<unknown>;
}
