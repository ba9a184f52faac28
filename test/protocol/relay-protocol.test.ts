import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { RelayProtocol } from "../../src/protocol/relay-protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone, ConnectionLost } from "../../src/transport/errors.ts";

interface End {
  readonly protocol: RelayProtocol;
  readonly transport: StringTransport;
}

function joined(): readonly [End, End] {
  const ends = [0, 1].map(() => ({ protocol: new RelayProtocol(), transport: new StringTransport() }));
  for (const { protocol, transport } of ends) protocol.makeConnection(transport);
  ends[0]!.protocol.joinPeer(ends[1]!.protocol);
  return ends as unknown as readonly [End, End];
}

describe("RelayProtocol", () => {
  test("sends what the other receives, both ways", () => {
    const [near, far] = joined();
    near.protocol.dataReceived(Buffer.from("there"));
    far.protocol.dataReceived(Buffer.from("back"));
    assert.deepEqual([near.transport.value(), far.transport.value()], ["back", "there"]);
  });

  test("each holds the peer of the other", () => {
    const [near, far] = joined();
    (near.transport.producer as RelayProtocol).pauseProducing();
    assert.equal(far.transport.producerState, "paused");
    near.transport.producer!.resumeProducing();
    assert.equal(far.transport.producerState, "producing");
    near.transport.producer!.stopProducing();
    assert.equal(far.transport.producerState, "producing");
  });

  test("does not keep the other open that is to close", () => {
    const [near, far] = joined();
    (near.transport.producer as RelayProtocol).consumerDisconnecting();
    assert.equal(near.transport.producer, null);
    assert.equal(far.transport.producer, near.protocol);
    near.protocol.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(far.transport.disconnecting, true);
  });

  test("the end of what one receives is the end of what the other sends", () => {
    const [near, far] = joined();
    near.protocol.readConnectionLost();
    assert.equal(far.transport.writeDisconnecting, true);
    assert.equal(far.transport.disconnecting, false);
    far.protocol.dataReceived(Buffer.from("still"));
    assert.equal(near.transport.value(), "still");
    near.protocol.writeConnectionLost();
    assert.equal(far.transport.disconnecting, false);
  });

  test("a transport that cannot end one direction is closed", () => {
    const [near, far] = joined();
    far.transport.loseWriteConnection = undefined as never;
    near.protocol.readConnectionLost();
    assert.equal(far.transport.disconnecting, true);
  });

  test("a connection that is closed cleanly closes the other, and one that breaks breaks it", () => {
    for (const [error, aborting] of [
      [new ConnectionDone(), false],
      [new ConnectionLost(), true],
    ] as const) {
      const [near, far] = joined();
      near.protocol.connectionLost(new Failure(error));
      assert.deepEqual([far.transport.disconnecting, far.transport.aborting], [true, aborting]);
      far.protocol.dataReceived(Buffer.from("late"));
      far.protocol.connectionLost(new Failure(error));
      assert.equal(near.transport.value(), "");
      assert.equal(near.transport.disconnecting, false);
    }
  });

  test("one that breaks after its end lets the other send what it has", () => {
    const [near, far] = joined();
    near.protocol.readConnectionLost();
    near.protocol.connectionLost(new Failure(new ConnectionLost()));
    assert.deepEqual([far.transport.disconnecting, far.transport.aborting], [true, false]);
  });

  test("one without a peer closes at the end", () => {
    const alone = new RelayProtocol();
    const transport = new StringTransport();
    alone.makeConnection(transport);
    alone.dataReceived(Buffer.from("lost"));
    alone.readConnectionLost();
    assert.equal(transport.disconnecting, true);
    alone.connectionLost(new Failure(new ConnectionDone()));
  });
});
