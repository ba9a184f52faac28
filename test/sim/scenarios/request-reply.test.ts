/**
 * Requests and replies as netstrings, over a network that is as bad as can be: every request comes to one end, an answer that is its own, or a failure.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../../src/deferred/deferred.ts";
import type { Failure } from "../../../src/deferred/failure.ts";
import { ClientFactory, Factory } from "../../../src/protocol/factory.ts";
import { NetstringReceiver } from "../../../src/protocol/netstring-receiver.ts";
import type { SimulatedHost } from "../../../src/sim/simulated-host.ts";
import type { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import { explore } from "../../../src/sim/explore/explore.ts";
import type { Connector } from "../../../src/transport/transport.ts";
import "../../support/quiet-logs.ts";
import { endOfFaults } from "./end-of-faults.ts";

const PORT = 2000;
const CLIENTS = ["ann", "bob", "cy"];
/** How many requests each makes, and within how many seconds. */
const REQUESTS = 12;
const WITHIN = 25;
/** How long a request may take, then its connection is given up. */
const PATIENCE = 8;

/** Replies in the order of the requests, each after a while. */
class Server extends NetstringReceiver {
  readonly #host: SimulatedHost;
  readonly #waiting: (string | undefined)[] = [];
  #isLost = false;

  constructor(host: SimulatedHost) {
    super();
    this.#host = host;
  }

  override stringReceived(string: Buffer): void {
    const place = this.#waiting.push(undefined) - 1;
    this.#host.reactor.callLater(this.#host.random.real() * 0.1, () => {
      this.#waiting[place] = `re: ${string.toString()}`;
      while (!this.#isLost && this.#sent < this.#waiting.length && this.#waiting[this.#sent] !== undefined) {
        this.sendString(this.#waiting[this.#sent++]!);
      }
    });
  }

  #sent = 0;

  override connectionLost(): void {
    this.#isLost = true;
  }
}

/** A connection with its requests, which are answered in their order. */
class Client extends NetstringReceiver {
  readonly #host: SimulatedHost;
  readonly #waiting: Deferred<string>[] = [];
  /** Answers that nobody has asked for. */
  unasked = 0;
  isConnected = false;
  #isSlow: boolean;

  constructor(host: SimulatedHost) {
    super();
    this.#host = host;
    this.#isSlow = host.random.chance(0.3);
  }

  override connectionMade(): void {
    this.isConnected = true;
  }

  request(text: string): Deferred<string> {
    const answer = new Deferred<string>(() => this.transport.abortConnection());
    this.#waiting.push(answer);
    const message = Buffer.from(`${Buffer.byteLength(text)}:${text},`);
    // Some send each byte in a segment of its own.
    if (this.#isSlow) this.transport.writeSequence(Array.from(message, (byte) => Buffer.of(byte)));
    else this.transport.write(message);
    return answer.addTimeout(PATIENCE, this.#host.reactor);
  }

  override stringReceived(string: Buffer): void {
    const answer = this.#waiting.shift();
    if (answer === undefined) this.unasked++;
    else answer.callback(string.toString());
  }

  override connectionLost(reason: Failure): void {
    this.isConnected = false;
    for (const answer of this.#waiting.splice(0)) answer.errback(reason);
  }
}

/** Connects again after a second. */
class Connections extends ClientFactory<Client> {
  current: Client | undefined = undefined;
  readonly #host: SimulatedHost;
  readonly #made: (client: Client) => void;

  constructor(host: SimulatedHost, made: (client: Client) => void) {
    super();
    this.#host = host;
    this.#made = made;
  }

  override buildProtocol(): Client {
    this.current = new Client(this.#host);
    this.#made(this.current);
    return this.current;
  }

  override clientConnectionFailed(connector: Connector): void {
    this.#host.reactor.callLater(1, () => connector.connect());
  }

  override clientConnectionLost(connector: Connector): void {
    this.#host.reactor.callLater(1, () => connector.connect());
  }
}

/** A request, and all that came of it. */
interface Call {
  readonly host: string;
  readonly boots: number;
  readonly text: string;
  readonly ends: (string | Error)[];
}

class Office {
  readonly calls: Call[] = [];
  readonly clients: Client[] = [];
  readonly #boots: Map<string, number> = new Map();

  constructor(net: SimulatedNetwork) {
    net.host("server").spawn((host) => {
      const factory = new Factory<Server>();
      factory.buildProtocol = () => new Server(host);
      host.reactor.listenTCP(PORT, factory);
    });
    for (const name of CLIENTS) net.host(name).spawn((host) => this.#work(host));
  }

  #work(host: SimulatedHost): void {
    const { name, reactor, random } = host;
    const boots = (this.#boots.get(name) ?? 0) + 1;
    this.#boots.set(name, boots);
    const connections = new Connections(host, (client) => this.clients.push(client));
    reactor.connectTCP("server", PORT, connections, { timeout: 10 });
    for (let n = 1; n <= REQUESTS; n++) {
      reactor.callLater(random.real() * WITHIN, () => {
        if (connections.current?.isConnected !== true) return;
        const text = `${name} ${boots}.${n} ${"x".repeat(random.integer(0, 30))}`;
        const call: Call = { host: name, boots, text, ends: [] };
        this.calls.push(call);
        connections.current.request(text).addBoth((end) => {
          call.ends.push(end instanceof Error || typeof end === "string" ? end : (end.value as Error));
        });
      });
    }
  }

  check(): void {
    for (const { host, boots, text, ends } of this.calls) {
      // Who has lost his power in between hears nothing at all, or what he heard before.
      if (boots === this.#boots.get(host) || ends.length > 0) assert.equal(ends.length, 1, `ends of "${text}"`);
      const [end] = ends;
      if (typeof end === "string") assert.equal(end, `re: ${text}`);
    }
    for (const { unasked } of this.clients) assert.equal(unasked, 0, "answers that nobody has asked for");
  }
}

test("netstrings as requests and replies, each has one end that is its own, with 200 seeds", async () => {
  let answers = 0;
  let failures = 0;
  await explore({
    seeds: 200,
    network: { link: { latency: { pareto: { minimum: 0.001, shape: 1.1, most: 3 } }, loss: 0.05, mtu: 100 } },
    program: (net) => new Office(net),
    faults: { most: 8, within: [0, WITHIN], lasting: [0.05, 15] },
    run: { for: WITHIN + 15 + 60, until: (net) => net.seconds() >= Math.max(WITHIN, endOfFaults(net.faults)) + 30 },
    check: (_net, office) => {
      office.check();
      answers += office.calls.filter(({ ends: [end] }) => typeof end === "string").length;
      failures += office.calls.filter(({ ends: [end] }) => end instanceof Error).length;
    },
  });
  assert.ok(answers > 1000 && failures > 100, `${answers} answers, ${failures} failures`);
});
