/**
 * The client of memcached over a network that is as bad as can be, with commands in each other's way: each comes to one end, a failure or an answer
 * that is its own.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { CacheConnection, CacheStore } from "../../../examples/memcache/cache.ts";
import type { Deferred } from "../../../src/deferred/deferred.ts";
import type { Failure } from "../../../src/deferred/failure.ts";
import { MemCacheProtocol } from "../../../src/memcache/mem-cache-protocol.ts";
import { ClientFactory, Factory } from "../../../src/protocol/factory.ts";
import { explore } from "../../../src/sim/explore/explore.ts";
import type { SimulatedHost } from "../../../src/sim/simulated-host.ts";
import type { SimulatedNetwork } from "../../../src/sim/simulated-network.ts";
import type { Connector } from "../../../src/transport/transport.ts";
import "../../support/quiet-logs.ts";
import { endOfFaults } from "./end-of-faults.ts";

const PORT = 11_211;
const CLIENTS = ["ann", "bob", "cy"];
/** How many commands each gives, and within how many seconds. */
const COMMANDS = 12;
const WITHIN = 25;
const TIME_OUT = 8;
/** How long a command may take when the server is reached no more: its time, and that of a connection that has just been made. */
const SETTLED = 30;

class WatchedCache extends MemCacheProtocol {
  isConnected = true;

  override connectionLost(reason: Failure): void {
    this.isConnected = false;
    super.connectionLost(reason);
  }
}

/** Connects again after a second. */
class Caches extends ClientFactory<WatchedCache> {
  current: WatchedCache | undefined = undefined;
  readonly #host: SimulatedHost;

  constructor(host: SimulatedHost) {
    super();
    this.#host = host;
  }

  override buildProtocol(): WatchedCache {
    this.current = new WatchedCache(this.#host.reactor, { timeOut: TIME_OUT });
    return this.current;
  }

  override clientConnectionFailed(connector: Connector): void {
    this.#host.reactor.callLater(1, () => connector.connect());
  }

  override clientConnectionLost(connector: Connector): void {
    this.#host.reactor.callLater(1, () => connector.connect());
  }
}

/** A command, and all that came of it. */
interface Call {
  readonly host: string;
  readonly boots: number;
  readonly what: string;
  readonly isOwn: (answer: unknown) => boolean;
  readonly ends: { readonly answer?: unknown; readonly error?: Error }[];
}

class Office {
  readonly calls: Call[] = [];
  readonly #boots: Map<string, number> = new Map();
  #number = 0;

  constructor(net: SimulatedNetwork) {
    net.host("server").spawn((host) => {
      // A server that has lost its power has forgotten everything.
      const store = new CacheStore();
      const factory = new Factory<CacheConnection>();
      factory.buildProtocol = () => new CacheConnection(store);
      host.reactor.listenTCP(PORT, factory);
    });
    for (const name of CLIENTS) net.host(name).spawn((host) => this.#work(host));
  }

  #work(host: SimulatedHost): void {
    const { name, reactor, random } = host;
    this.#boots.set(name, (this.#boots.get(name) ?? 0) + 1);
    const caches = new Caches(host);
    reactor.connectTCP("server", PORT, caches, { timeout: 10 });
    for (let n = 0; n < COMMANDS; n++) {
      reactor.callLater(random.real() * WITHIN, () => {
        const cache = caches.current;
        if (cache?.isConnected === true) this.#command(host, cache);
      });
    }
  }

  /** Gives some commands at once, about a key of their own. */
  #command(host: SimulatedHost, cache: WatchedCache): void {
    const number = ++this.#number;
    const key = `${host.name}-${number}`;
    const long = "x".repeat(host.random.integer(0, 300));
    // Nothing says what has become of a command that failed; but those that are answered on a connection say what the server has done.
    const watch = <R>(what: string, answer: Deferred<R>, isOwn: (answer: R) => boolean): void =>
      this.#watch(host.name, `${what} ${key}`, answer, isOwn as (answer: unknown) => boolean);
    watch("set", cache.set(key, String(number)), (stored) => stored);
    watch("increment", cache.increment(key, number), (sum) => sum === number * 2);
    watch("add", cache.add(key, "never"), (stored) => !stored);
    watch("append", cache.append(key, long), (stored) => stored);
    watch("get", cache.get(key), ({ value }) => value?.toString() === `${number * 2}${long}`);
    watch("getMultiple", cache.getMultiple(["nobody", key], { withIdentifier: true }), (values) => {
      const { value, cas } = values.get(key)!;
      return value?.toString() === `${number * 2}${long}` && cas !== "" && values.get("nobody")?.value === undefined;
    });
    watch("delete", cache.delete(key), (removed) => removed);
    watch("version", cache.version(), (version) => version === "stand-in");
  }

  #watch(host: string, what: string, answer: Deferred<unknown>, isOwn: Call["isOwn"]): void {
    const call: Call = { host, boots: this.#boots.get(host)!, what, isOwn, ends: [] };
    this.calls.push(call);
    answer.addCallbacks(
      (given) => void call.ends.push({ answer: given }),
      (failure) => void call.ends.push({ error: failure.value as Error }),
    );
  }

  check(): void {
    for (const { host, boots, what, isOwn, ends } of this.calls) {
      // Who has lost his power in between hears nothing at all, or what he heard before.
      if (boots === this.#boots.get(host) || ends.length > 0) assert.equal(ends.length, 1, `ends of "${what}"`);
      for (const { answer, error } of ends) assert.ok(error !== undefined || isOwn(answer), `the answer of "${what}"`);
    }
  }

  /** How many ends there are of each kind: "answer", or the name of the error. */
  count(counts: Map<string, number>): void {
    for (const { ends } of this.calls) {
      for (const { error } of ends) {
        const kind = error?.name ?? "answer";
        counts.set(kind, (counts.get(kind) ?? 0) + 1);
      }
    }
  }
}

test("MemCacheProtocol, each command has one end that is its own, with 200 seeds", async () => {
  const counts = new Map<string, number>();
  await explore({
    seeds: 200,
    network: { link: { latency: { pareto: { minimum: 0.001, shape: 1.1, most: 3 } }, loss: 0.05, mtu: 100 } },
    program: (net) => new Office(net),
    faults: { most: 8, within: [0, WITHIN], lasting: [0.05, 15] },
    run: {
      for: WITHIN + 15 + 60,
      until: (net) => net.seconds() >= Math.max(WITHIN, endOfFaults(net.faults)) + SETTLED,
    },
    check: (_net, office) => {
      office.check();
      office.count(counts);
    },
  });
  const seen = JSON.stringify(Object.fromEntries(counts));
  assert.ok((counts.get("answer") ?? 0) > 1000, seen);
  for (const kind of ["TimeoutError", "ConnectionLost"]) assert.ok((counts.get(kind) ?? 0) > 50, seen);
  // The server makes no mistakes: whatever looks like one is one of ours.
  const ours = ["ClientError", "MalformedReply", "UnexpectedReply", "NoSuchCommand", "RangeError"];
  assert.deepEqual(
    ours.filter((kind) => counts.has(kind)),
    [],
    seen,
  );
});
