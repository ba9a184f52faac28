/** An inetd without an inetd: what its parts are tested with. */
import { OpenConnections } from "../../src/application/open-connections.ts";
import type { Gate } from "../../src/inetd/listener.ts";
import type { Surroundings } from "../../src/inetd/surroundings.ts";
import type { Accounts } from "../../src/inetd/wire/accounts.ts";
import type { InetdEntry, InternalEntry, ProgramEntry } from "../../src/inetd/wire/inetd-entry.ts";
import { parseInetdConf } from "../../src/inetd/wire/parse-inetd-conf.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { Logger } from "../../src/logger/logger.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";

/** Who runs the tests is called `me`. */
export const ACCOUNTS: Accounts = {
  users: new Map([
    ["me", { name: "me", uid: process.getuid!(), gid: process.getgid!() }],
    ["other", { name: "other", uid: 12_345, gid: 23_456 }],
  ]),
  groups: new Map([["others", 34_567]]),
};

interface MemorySurroundings<R> extends Surroundings {
  readonly reactor: R & Reactor;
  readonly logged: string[];
}

/** Surroundings on a reactor that is nothing but time, and whose log is a list of texts. */
export function surroundings<R extends Reactor>(
  over: Partial<Surroundings> & { readonly reactor: R },
): MemorySurroundings<R>;
export function surroundings(over?: Partial<Surroundings>): MemorySurroundings<MemoryReactorClock>;
export function surroundings(over: Partial<Surroundings> = {}): MemorySurroundings<Reactor> {
  const logged: string[] = [];
  return {
    reactor: new MemoryReactorClock(),
    log: loggerTo(logged),
    logged,
    env: { HOME: "/" },
    accounts: ACCOUNTS,
    maxPerMinute: 256,
    maxChildren: 256,
    maxPerPeer: Infinity,
    closedFor: 600,
    sessions: new OpenConnections<unknown>(),
    ...over,
  };
}

export function loggerTo(texts: string[]): Logger {
  return new Logger({ observer: (event: LogEvent) => void texts.push(formatEvent(event)) });
}

export function entryOf(line: string): InetdEntry {
  const { entries, problems } = parseInetdConf(line);
  if (entries.length !== 1) throw problems[0] ?? new Error(`no line of an inetd.conf: ${line}`);
  return entries[0]!;
}

export function internalEntry(line: string): InternalEntry {
  return entryOf(line) as InternalEntry;
}

export function programEntry(line: string): ProgramEntry {
  return entryOf(line) as ProgramEntry;
}

/** Lets everybody in until it is told otherwise. */
export class OpenGate implements Gate {
  isOpen = true;
  /** Those who have been served enough. */
  readonly served: Set<string> = new Set();
  readonly events: string[] = [];

  admits(): boolean {
    return this.isOpen;
  }

  begin(peer: string): boolean {
    if (this.served.has(peer)) return false;
    this.events.push(`begin ${peer}`);
    return true;
  }

  end(peer: string): void {
    this.events.push(`end ${peer}`);
  }
}
