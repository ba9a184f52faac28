/** Runs programs on Hawser's policies, and notes what happens as policy_traces.py does. */
import { Clock } from "../../../src/clock/clock.ts";
import { Failure } from "../../../src/deferred/failure.ts";
import { LimitConnectionsByPeer } from "../../../src/policies/limit-connections-by-peer.ts";
import { LimitTotalConnectionsFactory } from "../../../src/policies/limit-total-connections-factory.ts";
import type { ProtocolWrapper } from "../../../src/policies/protocol-wrapper.ts";
import { ThrottlingFactory } from "../../../src/policies/throttling-factory.ts";
import { TimeoutFactory, TimeoutProtocol } from "../../../src/policies/timeout-factory.ts";
import { TrafficLoggingFactory } from "../../../src/policies/traffic-logging-factory.ts";
import type { TrafficLog } from "../../../src/policies/traffic-logging-factory.ts";
import { Factory } from "../../../src/protocol/factory.ts";
import { Protocol } from "../../../src/protocol/protocol.ts";
import { StringTransport } from "../../../src/testing/string-transport.ts";
import { IPv4Address } from "../../../src/transport/address.ts";
import { ConnectionDone } from "../../../src/transport/errors.ts";
import type { Program, Step } from "./program.ts";

type Built = ProtocolWrapper;
type Policy = Pick<Factory, "buildProtocol">;

class Recorder extends Protocol {
  readonly #events: string[];
  readonly #number: number;

  constructor(events: string[], number: number) {
    super();
    this.#events = events;
    this.#number = number;
  }

  override connectionMade(): void {
    this.#events.push(`made ${this.#number}`);
  }

  override dataReceived(data: Buffer): void {
    this.#events.push(`received ${this.#number} ${data.length}`);
  }

  override connectionLost(): void {
    this.#events.push(`lost ${this.#number}`);
  }
}

export function runProgram(program: Program): string[] {
  const run = new Run(program);
  for (const step of program.steps) {
    run.step(step);
    run.look();
  }
  return [...run.events, ...run.log.split("\n")].filter((line) => !line.includes("ConnectionDone"));
}

class Run {
  readonly events: string[] = [];
  log = "";
  readonly #clock: Clock = new Clock();
  readonly #connections: { readonly wrapper: Built; readonly transport: StringTransport }[] = [];
  readonly #kind: Program["kind"];
  readonly #factory: Policy;

  constructor(program: Program) {
    this.#kind = program.kind;
    this.#factory = this.#make(program);
  }

  step({ op, who = 0, size = 0 }: Step): void {
    if (op === "advance") return this.#clock.advance(size / 4);
    if (op === "connect") return this.#connect(who);
    if (this.#connections.length === 0) return undefined;
    const number = who % this.#connections.length;
    const { wrapper, transport } = this.#connections[number]!;
    if (!transport.connected) return undefined;
    const isThrottled = this.#isThrottled();
    if (op === "data" && transport.producerState === "producing") wrapper.dataReceived(pattern(size));
    if (op === "write" && !isThrottled) wrapper.write(pattern(size));
    if (op === "sequence" && !isThrottled) wrapper.writeSequence([pattern(size), "'"]);
    if (op === "lose" && this.#kind !== "throttle") wrapper.loseConnection();
    if (op === "producer" && transport.producer === null && !isThrottled) {
      const note = (what: string) => (): void => void this.events.push(`producer ${what} ${number}`);
      wrapper.registerProducer(
        { pauseProducing: note("pauses"), resumeProducing: note("resumes"), stopProducing: note("stops") },
        true,
      );
    }
    if (op === "noProducer" && transport.producer !== null && !isThrottled) wrapper.unregisterProducer();
    if (wrapper instanceof TimeoutProtocol) {
      if (op === "setTimeout") wrapper.setTimeout(size === 0 ? null : size / 4);
      if (op === "resetTimeout") wrapper.resetTimeout();
      if (op === "cancelTimeout") wrapper.cancelTimeout();
      this.events.push(`period ${wrapper.timeoutPeriod}`);
    }
    if (op === "lost") {
      transport.connected = false;
      wrapper.connectionLost(new Failure(new ConnectionDone()));
    }
    return undefined;
  }

  look(): void {
    for (const [number, { transport }] of this.#connections.entries()) {
      if (!transport.connected) continue;
      const { producerState, disconnecting } = transport;
      this.events.push(`${number}: ${transport.written().length} ${producerState} ${disconnecting}`);
    }
    if (this.#factory instanceof ThrottlingFactory) {
      const { connectionCount, readThisSecond, writtenThisSecond } = this.#factory;
      this.events.push(`${connectionCount} connections, ${readThisSecond} read, ${writtenThisSecond} written`);
    }
    // A timeout of ours is put off when it fires, and not before.
    this.events.push(this.#kind === "timeout" ? "" : `${this.#clock.getDelayedCalls().length} to do`);
  }

  #make(program: Program): Policy {
    const recorder = (sign = 1): Recorder => new Recorder(this.events, sign * this.#connections.length);
    const wrapped = new (class extends Factory {
      override buildProtocol(): Protocol {
        return recorder();
      }
    })();
    switch (program.kind) {
      case "throttle":
        return new ThrottlingFactory(
          wrapped,
          this.#clock,
          Object.fromEntries(Object.entries(program.limits).filter(([, value]) => value !== null)),
        );
      case "timeout":
        return new TimeoutFactory(wrapped, this.#clock, { timeoutPeriod: program.timeoutPeriod });
      case "byPeer":
        return Object.assign(new LimitConnectionsByPeer(wrapped), { maxConnectionsPerPeer: 2 });
      case "traffic": {
        const log: TrafficLog = { write: (text) => (this.log += text), close: () => {} };
        return new (class extends TrafficLoggingFactory {
          protected override open(): TrafficLog {
            return log;
          }
        })(wrapped, "traffic", { lengthLimit: program.lengthLimit });
      }
      case "total": {
        const factory = new LimitTotalConnectionsFactory();
        factory.connectionLimit = program.connectionLimit;
        // Classes are called with `new`, which a function that answers an object can be as well.
        factory.protocol = function () {
          return recorder();
        } as unknown as new () => Protocol;
        if (program.overflow) {
          factory.overflowProtocol = function () {
            return recorder(-1);
          } as unknown as new () => Protocol;
        }
        return factory;
      }
      default:
        return program satisfies never;
    }
  }

  #isThrottled(): boolean {
    const { throttlesWrites } = this.#factory as Partial<ThrottlingFactory>;
    return (
      throttlesWrites === true ||
      this.#connections.some(({ transport }) => transport.connected && transport.producerState === "paused")
    );
  }

  #connect(who: number): void {
    if (this.#isThrottled()) return;
    const peer = new IPv4Address("TCP", `192.0.2.${who}`, 1000 + this.#connections.length);
    const wrapper = this.#factory.buildProtocol(peer) as Built | null;
    if (wrapper === null) {
      this.events.push("refused");
      return;
    }
    const transport = new StringTransport({ peerAddress: peer });
    this.#connections.push({ wrapper, transport });
    wrapper.makeConnection(transport);
  }
}

function pattern(size: number): Buffer {
  return Buffer.from(Array.from({ length: size }, (_, at) => (7 * at + size) % 256));
}
