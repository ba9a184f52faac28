/**
 * A client that reconnects, through whatever happens to it, its server and the network between them.
 *
 * The client asks its server each second whether it is there, and gives a silent connection up: nobody else tells it that the other machine has
 * lost its power.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { DelayedCallLike } from "../../../src/clock/reactor-time.ts";
import { Factory } from "../../../src/protocol/factory.ts";
import { LineReceiver } from "../../../src/protocol/line-receiver.ts";
import { ReconnectingClientFactory } from "../../../src/protocol/reconnecting-client-factory.ts";
import type { FaultRecipe } from "../../../src/sim/fault.ts";
import type { SimulatedHost } from "../../../src/sim/simulated-host.ts";
import type { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import { explore } from "../../../src/sim/explore/explore.ts";
import "../../support/quiet-logs.ts";
import { endOfFaults } from "./end-of-faults.ts";

const PORT = 2000;
/** How long the client waits for an answer, for a connection, and at most before it tries again. */
const PATIENCE = 3;
const CONNECT_TIMEOUT = 5;
const MAX_DELAY = 8;
/** No wait is longer than the longest by more than so many standard deviations: the square root of twice the logarithm of 2^32. */
const DEVIATIONS = 6.67;

const FAULTS: FaultRecipe = {
  most: 8,
  kinds: ["crash", "partition", "reset", "refuse", "nameless", "pause", "stuck", "link"],
  within: [0, 30],
  lasting: [0.05, 20],
};

class Responder extends LineReceiver {
  override lineReceived(line: Buffer): void {
    this.sendLine(line);
  }
}

/** What is known of a client from outside. */
interface Seen {
  /** When the last answer came. */
  answeredAt: number;
  isConnected: boolean;
}

class Asker extends LineReceiver {
  readonly #host: SimulatedHost;
  readonly #net: SimulatedNetwork;
  readonly #seen: Seen;
  #call: DelayedCallLike | undefined = undefined;

  constructor(host: SimulatedHost, net: SimulatedNetwork, seen: Seen) {
    super();
    this.#host = host;
    this.#net = net;
    this.#seen = seen;
  }

  override connectionMade(): void {
    this.#seen.isConnected = true;
    this.#ask();
  }

  override lineReceived(): void {
    const factory = this.factory as ReconnectingClientFactory;
    // As with Twisted's, this makes one that was told to stop try again.
    if (factory.continueTrying) factory.resetDelay();
    this.#seen.answeredAt = this.#net.seconds();
    this.#call!.cancel();
    this.#call = this.#host.reactor.callLater(1, () => this.#ask());
  }

  override connectionLost(): void {
    this.#seen.isConnected = false;
    if (this.#call?.active() === true) this.#call.cancel();
  }

  #ask(): void {
    this.sendLine("?");
    this.#call = this.#host.reactor.callLater(PATIENCE, () => this.transport.abortConnection());
  }
}

class AskerFactory extends ReconnectingClientFactory<Asker> {
  readonly #makeAsker: () => Asker;

  constructor(host: SimulatedHost, makeAsker: () => Asker) {
    super(host.reactor);
    this.maxDelay = MAX_DELAY;
    this.random = () => host.random.real();
    this.#makeAsker = makeAsker;
  }

  override buildProtocol(): Asker {
    const asker = this.#makeAsker();
    asker.factory = this;
    return asker;
  }
}

function startServer(net: SimulatedNetwork): void {
  net.host("server").spawn(({ reactor }) => void reactor.listenTCP(PORT, Factory.forProtocol(Responder)));
}

/** Answers what is seen of the client, and its newest factory. */
function startClient(net: SimulatedNetwork): { readonly seen: Seen; readonly factory: () => AskerFactory } {
  const seen: Seen = { answeredAt: -Infinity, isConnected: false };
  let factory: AskerFactory;
  net.host("client").spawn((host) => {
    seen.isConnected = false;
    factory = new AskerFactory(host, () => new Asker(host, net, seen));
    host.reactor.connectTCP("server", PORT, factory, { timeout: CONNECT_TIMEOUT });
  });
  return { seen, factory: () => factory };
}

test("ReconnectingClientFactory, is back within its longest wait when the last fault is over, with 200 seeds", async () => {
  const longest = PATIENCE + CONNECT_TIMEOUT + MAX_DELAY * (1 + DEVIATIONS * 0.12) + 1;
  await explore({
    seeds: 200,
    program: (net) => {
      startServer(net);
      return startClient(net).seen;
    },
    faults: FAULTS,
    run: { for: 120, until: (net) => net.seconds() >= endOfFaults(net.faults) + longest },
    check: (net, seen) => {
      assert.ok(seen.isConnected);
      assert.ok(seen.answeredAt > net.seconds() - 2, `the last answer came at ${seen.answeredAt} s`);
    },
  });
});

test("ReconnectingClientFactory, stops when it is told, with 200 seeds", async () => {
  await explore({
    seeds: 200,
    network: { record: true },
    program: (net) => {
      startServer(net);
      const { factory } = startClient(net);
      const stopsAt = net.host("client").random.real() * 40;
      net.at(stopsAt, () => net.host("client").isUp && factory().stopTrying());
      return stopsAt;
    },
    // A client that boots again has been told nothing.
    faults: { ...FAULTS, kinds: FAULTS.kinds!.filter((kind) => kind !== "crash") },
    run: { for: 120 },
    check: (net, stopsAt) => {
      const begun = new Map<number, number>();
      for (const { time, kind, packet } of net.events) {
        if (kind === "sent" && packet!.flags === "S" && !begun.has(packet!.flow)) begun.set(packet!.flow, time / 1e9);
      }
      assert.ok(begun.size > 0);
      assert.deepEqual(
        [...begun.values()].filter((time) => time > stopsAt),
        [],
        `told to stop at ${stopsAt} s`,
      );
    },
  });
});
