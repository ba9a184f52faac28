/** Connecting by name, with a dialer and a resolver in the hands of the test. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResolutionReceiver } from "../../src/endpoint/name-resolver.ts";
import type { AttemptResult } from "../../src/reactor/base-connector.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { StreamDialer } from "../../src/reactor/stream-dialer.ts";
import { TCPConnector } from "../../src/reactor/tcp-connector.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { RecordingClientFactory } from "../conformance/stream-fixtures.ts";

interface Fixture {
  readonly connector: TCPConnector;
  readonly clients: RecordingClientFactory;
  readonly receivers: ResolutionReceiver[];
  readonly results: AttemptResult[];
  readonly events: string[];
}

function make(host: string): Fixture {
  const events: string[] = [];
  const receivers: ResolutionReceiver[] = [];
  const results: AttemptResult[] = [];
  const reactor = new NodeReactor();
  reactor.installNameResolver({
    resolveHostName: (receiver, name) => {
      receivers.push(receiver);
      const resolution = { name, cancel: () => events.push("lookup cancelled") };
      receiver.resolutionBegan(resolution);
      return resolution;
    },
  });
  const dialer: StreamDialer = {
    dialTCP: ({ host: to, port }, from, _owner, result) => {
      events.push(`dial ${to} ${port} from ${from?.host ?? "anywhere"}`);
      results.push(result);
      return { cancel: () => events.push("dial cancelled") };
    },
    dialUNIX: () => assert.fail("this is TCP"),
  };
  const clients = new RecordingClientFactory();
  const options = { timeout: 0, bindAddress: { host: "127.0.0.9" } };
  const connector = new TCPConnector(reactor, dialer, { host, port: 80 }, clients, options);
  return { connector, clients, receivers, results, events };
}

test("TCPConnector, dials an address without looking it up", () => {
  const { connector, receivers, events } = make("192.0.2.1");
  connector.connect();
  assert.deepEqual(events, ["dial 192.0.2.1 80 from 127.0.0.9"]);
  assert.equal(receivers.length, 0);
  assert.equal(String(connector.getDestination()), "IPv4Address(TCP, '192.0.2.1', 80)");
  connector.stopConnecting();
  assert.equal(events.at(-1), "dial cancelled");
});

test("TCPConnector, looks a name up, dials, and gives up wherever it is", () => {
  const looking = make("db.example");
  looking.connector.connect();
  looking.connector.stopConnecting();
  assert.deepEqual(looking.events, ["lookup cancelled"]);
  assert.equal(looking.clients.error, "UserError");

  const dialling = make("db.example");
  dialling.connector.connect();
  dialling.receivers[0]?.addressResolved(new IPv4Address("TCP", "192.0.2.7", 80));
  dialling.receivers[0]?.resolutionComplete();
  dialling.connector.stopConnecting();
  assert.deepEqual(dialling.events, ["dial 192.0.2.7 80 from 127.0.0.9", "dial cancelled"]);
});

test("TCPConnector, does not hear of an attempt that was given up", () => {
  const { connector, clients, results } = make("192.0.2.1");
  connector.connect();
  connector.stopConnecting();
  results[0]?.failed(new Error("late"));
  results[0]?.connected(new IPv4Address("TCP", "192.0.2.1", 80), () => assert.fail("nobody wants it any more"));
  assert.deepEqual(clients.events, ["start", "connecting connecting", "failed disconnected", "stop"]);
});

test("TCPConnector, fails for a name that nobody knows", async () => {
  const { connector, clients, receivers } = make("nobody.example");
  connector.connect();
  receivers[0]?.resolutionComplete();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(clients.error, "DNSLookupError");
});
