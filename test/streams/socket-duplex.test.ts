/** What the stream asks of a clock of ours; `transport-duplex.test.ts` and the suites over real connections look at the rest. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { placeOf } from "../../src/streams/socket-duplex.ts";
import { TransportDuplex } from "../../src/streams/transport-duplex.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { IPv4Address, IPv6Address, PipeAddress, UNIXAddress } from "../../src/transport/address.ts";
import { until } from "../conformance/running.ts";
import { Recorder } from "../conformance/stream-fixtures.ts";

test("SocketDuplex, timeouts, go by the clock, and begin anew with each byte that is sent or received", async () => {
  const clock = new Clock();
  const pair = connectedPair(new Protocol(), new Recorder());
  const duplex = new TransportDuplex(pair.serverTransport, { clock });
  let timeouts = 0;
  duplex.setTimeout(1000, () => timeouts++);
  clock.advance(0.75);
  duplex.write("x");
  clock.advance(0.75);
  pair.clientTransport.write("y");
  pair.flush();
  clock.advance(0.75);
  assert.equal(timeouts, 0);
  clock.advance(0.25);
  assert.equal(timeouts, 1);
  duplex.destroy();
  await until(() => duplex.closed);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("SocketDuplex, ended and destroyed over a peer that takes nothing, is patient by the clock", async () => {
  const clock = new Clock();
  const peer = new Recorder();
  const pair = connectedPair(new Protocol(), peer);
  const duplex = new TransportDuplex(pair.serverTransport, { clock });
  peer.transport.pauseProducing();
  duplex.end(Buffer.alloc(2_000_000));
  duplex.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(duplex.destroyed, false);
  clock.advance(9.5);
  assert.equal(duplex.destroyed, false);
  clock.advance(0.5);
  await until(() => duplex.closed);
  assert.deepEqual(clock.getDelayedCalls(), []);
});

test("placeOf, tells where internet addresses are, and nothing of others", () => {
  assert.deepEqual(placeOf(new IPv4Address("TCP", "192.0.2.1", 80)), { host: "192.0.2.1", port: 80, family: "IPv4" });
  assert.deepEqual(placeOf(new IPv6Address("TCP", "::1", 80)), { host: "::1", port: 80, family: "IPv6" });
  assert.deepEqual([placeOf(new PipeAddress()), placeOf(new UNIXAddress("/x"))], [undefined, undefined]);
});
