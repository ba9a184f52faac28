import assert from "node:assert/strict";
import { test } from "node:test";
import { Protocol } from "../../src/protocol/protocol.ts";
import { asDuplex } from "../../src/streams/as-duplex.ts";
import { TransportDuplex } from "../../src/streams/transport-duplex.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";

test("asDuplex, is a stream over the transport", () => {
  const pair = connectedPair(new Protocol(), new Protocol());
  const duplex = asDuplex(pair.serverTransport, { highWaterMark: 10 });
  assert.ok(duplex instanceof TransportDuplex);
  assert.equal(duplex.transport, pair.serverTransport);
  assert.deepEqual([duplex.readableHighWaterMark, duplex.writableHighWaterMark], [10, 10]);
});

test("asDuplex, of a transport whose protocol cannot be replaced, is refused", () => {
  assert.throws(
    () => asDuplex(new StringTransport()),
    /it has no protocol to replace, expected the transport of a conn/,
  );
  assert.throws(() => asDuplex(undefined as never), TypeError);
});
