/** Programs that are explored in worker threads, and some that cannot be. */
import assert from "node:assert/strict";
import { Factory } from "../../../src/protocol/factory.ts";
import { LineOnlyReceiver } from "../../../src/protocol/line-only-receiver.ts";
import { ReconnectingClientFactory } from "../../../src/protocol/reconnecting-client-factory.ts";
import type { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";

export const url: string = import.meta.url;

const REQUESTS = 20;
const PORT = 700;

/** What the client knows. It survives a crash, as if it were on a disk. */
export interface Calls {
  /** The request that is next, from 1. */
  next: number;
  readonly answered: Set<number>;
  /** Whether nothing is left to ask. */
  done: boolean;
}

/** A client asks a server twenty questions, one after the other, and connects again when the connection dies. It forgets about the question that has no answer then. */
export function losesReplies(net: SimulatedNetwork): Calls {
  return ask(net, (calls) => ++calls.next);
}

/** The same, but right: the question is asked again. */
export function asksAgain(net: SimulatedNetwork): Calls {
  return ask(net, () => {});
}

export function isDone(_net: SimulatedNetwork, calls: Calls): boolean {
  return calls.done;
}

export function allAnswered(_net: SimulatedNetwork, { answered }: Calls): void {
  for (let n = 1; n <= REQUESTS; n++) assert.ok(answered.has(n), `request ${n} has no reply`);
}

function ask(net: SimulatedNetwork, disconnected: (calls: Calls) => void): Calls {
  const calls: Calls = { next: 1, answered: new Set(), done: false };
  net.host("server").spawn(({ reactor }) => {
    class Answers extends LineOnlyReceiver {
      override lineReceived(line: Buffer): void {
        const question = line.toString();
        reactor.callLater(0.1, () => this.sendLine(question));
      }
    }
    reactor.listenTCP(PORT, Factory.forProtocol(Answers));
  });
  net.host("client").spawn((host) => {
    const { reactor } = host;
    class Asks extends LineOnlyReceiver {
      #asked = false;
      override connectionMade(): void {
        (this.factory as ReconnectingClientFactory).resetDelay();
        this.#ask();
      }
      #ask(): void {
        calls.done = calls.next > REQUESTS;
        if (calls.done) return;
        this.#asked = true;
        this.sendLine(String(calls.next));
        const question = calls.next;
        // The other end may be gone, and nobody says so.
        reactor.callLater(5, () => calls.next === question && this.transport.abortConnection());
      }
      override lineReceived(line: Buffer): void {
        const question = Number(line.toString());
        if (question !== calls.next) return;
        host.note(`reply ${question}`);
        calls.answered.add(question);
        calls.next++;
        this.#asked = false;
        reactor.callLater(0.4, () => this.#ask());
      }
      override connectionLost(): void {
        if (this.#asked) disconnected(calls);
      }
    }
    const factory = ReconnectingClientFactory.forProtocol(Asks, reactor) as ReconnectingClientFactory;
    Object.assign(factory, { noisy: false, initialDelay: 0.2, factor: 1, jitter: 0 });
    reactor.connectTCP("server", PORT, factory);
  });
  return calls;
}

/** Fails with the seeds 3, 6, 7 and 9, and takes the longer the smaller the seed. */
export async function failsNowAndThen(net: SimulatedNetwork): Promise<() => void> {
  await new Promise((resolve) => setTimeout(resolve, 12 - net.seed));
  return () => {
    net.host("a").note("looked at");
    if ([3, 6, 7, 9].includes(net.seed)) throw new RangeError(`seed ${net.seed} is bad`);
  };
}

/** Hangs, dies or breaks with some seeds. */
export function isUnruly(net: SimulatedNetwork): void {
  net.host("a");
  if (net.seed === 2) for (;;);
  if (net.seed === 4) process.exit(3);
  if (net.seed === 6) void Promise.reject(new RangeError("nobody waits for this"));
  if (net.seed === 8)
    setImmediate(() => {
      throw new RangeError("nobody catches this");
    });
}

/** A host whose program fails at 2 s, unless it has no power then. */
export function hostFails(net: SimulatedNetwork): void {
  net.host("a").spawn(({ reactor }) => {
    reactor.callLater(0, () => {});
    return new Promise((_, reject) => reactor.callLater(2, () => reject(new TypeError("no such thing"))));
  });
}

export const neverTrue = (): boolean => false;

export const answersFalse = (): boolean => false;
