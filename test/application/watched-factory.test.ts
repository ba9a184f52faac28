import assert from "node:assert/strict";
import { test } from "node:test";
import { WatchedFactory } from "../../src/application/watched-factory.ts";
import type { WatchedConnection } from "../../src/application/watched-factory.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";

const ADDRESS = new IPv4Address("TCP", "127.0.0.1", 1);

function watched<P extends ProtocolLike>(makeProtocol: () => P | null) {
  const notes: string[] = [];
  const connections: WatchedConnection<P>[] = [];
  class Noted extends Factory<P> {
    override startFactory(): void {
      notes.push("factory starts");
    }
    override stopFactory(): void {
      notes.push("factory stops");
    }
    override buildProtocol(): P | null {
      return makeProtocol();
    }
  }
  const factory = new WatchedFactory<P>(new Noted(), {
    connectionMade: (connection) => {
      connections.push(connection);
      notes.push("made");
    },
    connectionLost: (connection, reason) => {
      assert.equal(connection, connections.at(-1));
      notes.push(`lost: ${(reason.value as Error).name}`);
    },
  });
  return { notes, connections, factory };
}

test("WatchedFactory, tells of the beginning and the end of each connection", () => {
  class Noting extends Protocol {
    override connectionMade(): void {
      notes.push("protocol made");
    }
    override dataReceived(data: Buffer): void {
      notes.push(`data ${data.toString()}`);
    }
    override connectionLost(): void {
      notes.push("protocol lost");
    }
  }
  const protocol = new Noting();
  const { notes, connections, factory } = watched(() => protocol);
  factory.doStart();
  const wrapper = factory.buildProtocol(ADDRESS)!;
  const transport = new StringTransport();
  wrapper.makeConnection(transport);
  wrapper.dataReceived(Buffer.from("x"));
  wrapper.connectionLost(new Failure(new ConnectionDone("done")));
  factory.doStop();
  assert.deepEqual(notes, [
    "factory starts",
    "made",
    "protocol made",
    "data x",
    "protocol lost",
    "lost: ConnectionDone",
    "factory stops",
  ]);
  assert.deepEqual(connections, [{ protocol, transport }]);
  assert.equal(wrapper.logPrefix(), "Noting");
});

test("WatchedFactory, tells of the end where the protocol throws", () => {
  class Throwing extends Protocol {
    override connectionLost(): void {
      throw new RangeError("no luck");
    }
  }
  const { notes, factory } = watched(() => new Throwing());
  const wrapper = factory.buildProtocol(ADDRESS)!;
  wrapper.makeConnection(new StringTransport());
  assert.throws(() => wrapper.connectionLost(new Failure(new ConnectionDone("done"))), RangeError);
  assert.deepEqual(notes, ["made", "lost: ConnectionDone"]);
});

test("WatchedFactory, refuses what the factory refuses", () => {
  assert.equal(watched(() => null).factory.buildProtocol(ADDRESS), null);
});

test("WatchedFactory, has what the protocol has, and nothing else", () => {
  const plain = watched(() => new Protocol()).factory.buildProtocol(ADDRESS)!;
  for (const name of OPTIONAL) assert.equal(plain[name], undefined, name);
  assert.equal(plain.borrowsData, false);

  const calls: string[] = [];
  class Able extends Protocol {
    readonly borrowsData = true;
    readConnectionLost = (): void => void calls.push("readConnectionLost");
    writeConnectionLost = (): void => void calls.push("writeConnectionLost");
    handshakeCompleted = (): void => void calls.push("handshakeCompleted");
    fileDescriptorReceived = (fd: number): void => void calls.push(`fileDescriptorReceived ${fd}`);
    takeUndelivered = (): Uint8Array => Buffer.from("rest");
  }
  const able = watched(() => new Able()).factory.buildProtocol(ADDRESS)!;
  able.readConnectionLost!();
  able.writeConnectionLost!();
  able.handshakeCompleted!();
  able.fileDescriptorReceived!(7);
  assert.deepEqual(calls, [
    "readConnectionLost",
    "writeConnectionLost",
    "handshakeCompleted",
    "fileDescriptorReceived 7",
  ]);
  assert.equal(Buffer.from(able.takeUndelivered!()).toString(), "rest");
  assert.equal(able.borrowsData, true);
});

const OPTIONAL = [
  ...(["readConnectionLost", "writeConnectionLost", "handshakeCompleted", "fileDescriptorReceived"] as const),
  "takeUndelivered" as const,
];
