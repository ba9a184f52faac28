/** The same seed gives the same run: also on another version of Node, another machine, and without the native core. */
import assert from "node:assert/strict";
import { test } from "node:test";
import "../support/quiet-logs.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { ReconnectingClientFactory } from "../../src/protocol/reconnecting-client-factory.ts";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import type { SimulatedHost } from "../../src/sim/simulated-host.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";

/** What the log below was when this was written. A change of it breaks the replay of every seed that anybody has noted. */
const EXPECTED = "ea62b9ed18550daa21c6ccfbd0a80efe0d752fe9dd69bc28e00b4cc804043d3b";

class Shouter extends LineReceiver {
  override delimiter: Buffer = Buffer.from("\n");

  override lineReceived(line: Buffer): void {
    this.sendLine(line.toString().toUpperCase());
  }
}

/** Asks a question every now and then. */
class Asker extends LineReceiver {
  override delimiter: Buffer = Buffer.from("\n");
  readonly #host: SimulatedHost;
  #isLost = false;

  constructor(host: SimulatedHost) {
    super();
    this.#host = host;
  }

  override connectionMade(): void {
    this.#ask();
  }

  override lineReceived(line: Buffer): void {
    this.#host.note(`heard ${line.toString()}`);
  }

  override connectionLost(): void {
    this.#isLost = true;
  }

  #ask(): void {
    if (this.#isLost) return;
    this.sendLine(`what is ${this.#host.random.integer(1, 1_000_000)}?`);
    this.#host.reactor.callLater(this.#host.random.real() * 2, () => this.#ask());
  }
}

function askers(host: SimulatedHost): ReconnectingClientFactory<Asker> {
  const factory = new ReconnectingClientFactory<Asker>(host.reactor);
  factory.protocol = class extends Asker {
    constructor() {
      super(host);
      factory.resetDelay();
    }
  };
  factory.noisy = false;
  factory.maxDelay = 10;
  factory.random = () => host.random.real();
  return factory;
}

class Gossip extends DatagramProtocol {
  override noisy = false;
}

class QuietFactory extends Factory<Shouter> {
  override noisy = false;
  override protocol = Shouter;
}

/** Streams, datagrams, names, timers and promises, through all kinds of faults. */
function busyNetwork(): SimulatedNetwork {
  const net = new SimulatedNetwork({
    seed: 1,
    link: {
      latency: { pareto: { minimum: 0.002, shape: 1.3 } },
      loss: 0.05,
      bandwidth: 200_000,
      duplication: 0.05,
      reordering: 0.1,
    },
    faults: { most: 20, within: [1, 100] },
  });
  net.host("server").spawn(({ reactor }) => void reactor.listenTCP(7, new QuietFactory()));
  for (let n = 0; n < 5; n++) {
    net.host(`client${n}`, { clock: { skew: n, drift: n / 1000 } }).spawn(async (host) => {
      const { reactor, random } = host;
      reactor.connectTCP("server", 7, askers(host));
      const protocol = new Gossip();
      reactor.listenUDP(9, protocol);
      for (;;) {
        await new Promise<void>((resolve) => void reactor.callLater(random.real(), resolve));
        const to = { host: `10.0.0.${random.integer(1, 6)}`, port: 9 };
        protocol.transport.write(random.bytes(random.integer(1, 3000)), to);
      }
    });
  }
  return net;
}

test("the same seed, gives the log that it gave when this was written", async () => {
  const net = busyNetwork();
  await net.run({ for: 120 });
  assert.ok(net.faults.length > 5 && net.eventCount > 3000, `${net.faults.length} faults, ${net.eventCount} events`);
  assert.equal(net.hash(), EXPECTED);
});
