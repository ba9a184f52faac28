/** What a service is to the command: data, and a function that makes what is to be started. */
import type { Startable } from "../application/program-life.ts";
import type { Logger } from "../logger/logger.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import type { Reactor } from "../reactor/reactor.ts";
import type { Address } from "../transport/address.ts";
import type { OptionTable, OptionValues, ValuesOf } from "./option.ts";

/** What a service is made with. */
export interface ServiceContext {
  readonly reactor: Reactor;
  readonly log: Logger;
  /** The endpoints of `--listen`, or those that the service listens on by default; none for a service that does not listen. */
  readonly endpoints: readonly string[];
  /** What stands behind a `--`. */
  readonly rest: readonly string[];
  /** Listens on all of `endpoints`: the command says where, and ends with an exit code of its own where that fails. */
  listen(factory: FactoryLike): Startable;
}

/** A service, as `defineService` makes it. */
export interface ServiceMaker {
  /** What stands behind `hawser`. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** A command line that works, and what it does. */
  readonly example: { readonly command: string; readonly does: string };
  /** What it listens on unless `--listen` says so; without it, it has no `--listen`. */
  readonly listen?: readonly string[];
  /** What the command prints when it listens; without it, the name and the address. */
  readonly listening?: (address: Address) => string;
  /** What it takes behind a `--`, as the help says it, such as `PROGRAM ARGUMENT ...`; without it, nothing. */
  readonly rest?: string;
  /** Its own options. */
  readonly options: OptionTable;
  /** Answers what is to be started. An error that it throws is told in one line. */
  readonly make: (options: OptionValues, context: ServiceContext) => Startable | PromiseLike<Startable>;
}

/** A service whose options have the types that its table says. */
export interface TypedServiceMaker<T extends OptionTable> extends Omit<ServiceMaker, "make" | "options"> {
  readonly options: T;
  readonly make: (options: ValuesOf<T>, context: ServiceContext) => Startable | PromiseLike<Startable>;
}

/**
 * A service for the command. A package offers it by the field `hawser` of its package.json:
 * `{ "services": { "motd": { "summary": "...", "module": "./motd.js" } } }`; the module exports it as `default` or `service`.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * class Motd extends Protocol {
 *   text = "";
 *   override connectionMade(): void {
 *     this.transport.write(`${this.text}\r\n`);
 *     this.transport.loseConnection();
 *   }
 * }
 * class MotdFactory extends Factory<Motd> {
 *   text = "";
 *   override buildProtocol(): Motd {
 *     const motd = new Motd();
 *     motd.text = this.text;
 *     return motd;
 *   }
 * }
 * const motd = defineService({
 *   name: "motd",
 *   summary: "Says the message of the day",
 *   example: { command: "hawser motd --text Hello", does: "says Hello to whoever connects" },
 *   listen: ["tcp:0:interface=127.0.0.1"],
 *   options: { text: { type: "text", help: "what it says", default: "Good day" } },
 *   make({ text }, context) {
 *     const factory = new MotdFactory();
 *     factory.text = text;
 *     return context.listen(factory);
 *   },
 * });
 * assert.equal(motd.name, "motd");
 */
export function defineService<const T extends OptionTable>(maker: TypedServiceMaker<T>): ServiceMaker {
  return maker as unknown as ServiceMaker;
}
