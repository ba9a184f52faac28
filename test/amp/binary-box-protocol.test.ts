import assert from "node:assert/strict";
import { closeSync, fstatSync, openSync } from "node:fs";
import { describe, test } from "node:test";
import { BinaryBoxProtocol } from "../../src/amp/binary-box-protocol.ts";
import type { BoxProtocolOptions } from "../../src/amp/binary-box-protocol.ts";
import { AmpBox } from "../../src/amp/wire/amp-box.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { ClientFactory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { AccumulatingProtocol } from "../../src/testing/accumulating-protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";

interface Setup {
  readonly protocol: BinaryBoxProtocol;
  readonly transport: StringTransport;
  readonly events: string[];
  /** Called with each box. */
  onBox: (box: AmpBox) => void;
}

function setUp(options: BoxProtocolOptions = {}): Setup {
  const events: string[] = [];
  const setup: Setup = {
    protocol: new BinaryBoxProtocol(
      {
        startReceivingBoxes: (sender) => void events.push(`start ${sender === setup.protocol}`),
        ampBoxReceived: (box) => {
          events.push(box.toString());
          setup.onBox(box);
        },
        stopReceivingBoxes: (reason) => void events.push(`stop ${(reason.value as Error).name}`),
      },
      options,
    ),
    transport: new StringTransport(),
    events,
    onBox: () => {},
  };
  setup.protocol.makeConnection(setup.transport);
  events.length = 0;
  return setup;
}

const done = new Failure(new ConnectionDone());
const one = new AmpBox({ a: "1" });
const two = new AmpBox({ b: "2" });

describe("BinaryBoxProtocol", () => {
  test("tells its receiver what it is connected with, then connectionMade", () => {
    const events: string[] = [];
    class Told extends BinaryBoxProtocol {
      override connectionMade(): void {
        events.push("made");
      }
    }
    const protocol = new Told({
      startReceivingBoxes: (sender) => void events.push(`start ${sender === protocol && protocol.connected}`),
      ampBoxReceived() {},
      stopReceivingBoxes() {},
    });
    protocol.makeConnection(new StringTransport());
    assert.deepEqual(events, ["start true", "made"]);
  });

  test("sends boxes, and delivers those that arrive", () => {
    const { protocol, transport, events } = setUp();
    protocol.sendBox(one);
    protocol.sendBox(two);
    protocol.dataReceived(transport.written());
    assert.deepEqual(events, [one.toString(), two.toString()]);
  });

  test("holds boxes back while it is paused", () => {
    const setup = setUp();
    const { protocol, transport, events } = setup;
    setup.onBox = () => protocol.pauseProducing();
    protocol.dataReceived(Buffer.concat([one.serialize(), two.serialize()]));
    assert.deepEqual([events.length, transport.producerState], [1, "paused"]);
    protocol.resumeProducing();
    assert.equal(events.length, 2);
  });

  test("what is no box closes the connection, and is the reason", () => {
    const { protocol, transport, events } = setUp();
    protocol.dataReceived(Buffer.concat([one.serialize(), Buffer.of(1, 0)]));
    protocol.dataReceived(two.serialize());
    assert.equal(transport.disconnecting, true);
    protocol.connectionLost(done);
    assert.deepEqual(events, [one.toString(), "stop KeyTooLong"]);
  });

  test("has the limits that it is told", () => {
    const { protocol, events } = setUp({ maxKeys: 1 });
    protocol.dataReceived(new AmpBox({ a: "1", b: "2" }).serialize());
    protocol.connectionLost(done);
    assert.deepEqual(events, ["stop TooManyKeys"]);
  });

  test("after the end, nothing is sent", () => {
    const { protocol, events } = setUp();
    protocol.connectionLost(done);
    assert.deepEqual(events, ["stop ConnectionDone"]);
    assert.throws(() => protocol.sendBox(one), { code: "ERR_CONNECTION_LOST" });
  });

  test("closes the connection for a failure that nobody handles, and logs it", (t) => {
    const events = capturedLogs();
    t.after(() => events.stop());
    const { protocol, transport } = setUp();
    protocol.unhandledError(new Failure(new Error("what")));
    assert.equal(transport.disconnecting, true);
    assert.equal(events.length, 1);
  });

  test("a switch hands over the connection and what has arrived behind the box", () => {
    const setup = setUp();
    const { protocol, transport } = setup;
    const inner = new AccumulatingProtocol();
    setup.onBox = () => protocol.switchTo(inner);
    protocol.dataReceived(Buffer.concat([one.serialize(), Buffer.from("raw ")]));
    protocol.dataReceived(Buffer.from("bytes"));
    assert.equal(inner.transport, transport);
    assert.equal(inner.data.toString(), "raw bytes");
    assert.equal(setup.events.length, 1);
    protocol.connectionLost(done);
    assert.equal(inner.closedReason, done);
  });

  test("a switch tells the factory of its end, and takes over what the inner protocol knows", () => {
    const { protocol } = setUp();
    const factory = new ClientFactory();
    const told: unknown[] = [];
    factory.clientConnectionLost = (_connector, reason) => void told.push(reason);
    const heard: string[] = [];
    class Inner extends Protocol {
      readonly borrowsData = true;
      readConnectionLost = (): void => void heard.push("read");
      writeConnectionLost = (): void => void heard.push("write");
      handshakeCompleted = (): void => void heard.push("secure");
      fileDescriptorReceived = (fd: number): void => void heard.push(String(fd));
      takeUndelivered = (): Buffer => Buffer.from("left");
    }
    assert.equal(protocol.readConnectionLost, undefined);
    protocol.switchTo(new Inner(), factory);
    protocol.readConnectionLost!();
    protocol.writeConnectionLost!();
    protocol.handshakeCompleted!();
    protocol.fileDescriptorReceived(77);
    assert.deepEqual(heard, ["read", "write", "secure", "77"]);
    assert.equal(protocol.takeUndelivered().toString(), "left");
    assert.equal(protocol.borrowsData, true);
    protocol.connectionLost(done);
    assert.deepEqual(told, [done]);
  });

  test("a lock keeps boxes from being sent, until it is taken back", () => {
    const { protocol, transport } = setUp();
    protocol.lockForSwitch();
    assert.throws(() => protocol.sendBox(one), { code: "ERR_AMP_PROTOCOL_SWITCHED" });
    protocol.unlockFromSwitch();
    protocol.sendBox(one);
    assert.deepEqual(transport.written(), one.serialize());
    protocol.lockForSwitch();
    protocol.switchTo(new Protocol());
    assert.throws(() => protocol.unlockFromSwitch(), { code: "ERR_AMP_PROTOCOL_SWITCHED" });
    assert.equal(protocol.takeUndelivered().length, 0);
  });

  test("boxes wait while TLS is prepared, and go on where it is called off", () => {
    const { protocol, transport } = setUp();
    protocol.prepareTLS();
    protocol.sendBox(one);
    assert.equal(transport.written().length, 0);
    assert.throws(() => protocol.prepareTLS(), { code: "ERR_AMP_ONLY_ONE_TLS" });
    protocol.cancelTLS();
    assert.deepEqual(transport.written(), one.serialize());
    protocol.cancelTLS();
  });

  test("answers that wait for TLS are no more than may be unread", () => {
    const { protocol, transport, events } = setUp({ maxUnread: 1000 });
    protocol.prepareTLS();
    for (let n = 0; n < 100; n++) protocol.sendBox(new AmpBox({ _ask: String(n), _command: "Mine" }));
    assert.equal(transport.disconnecting, false);
    for (let n = 0; n < 100; n++) protocol.sendBox(new AmpBox({ _answer: String(n) }));
    assert.equal(transport.disconnected, true);
    protocol.connectionLost(done);
    assert.deepEqual(events, ["stop AnswersNotRead"]);
  });

  test("TLS is refused by a transport that knows none", () => {
    const { protocol } = setUp();
    assert.throws(() => protocol.startTLS(undefined, []), { code: "ERR_INVALID_STATE" });
    assert.equal(protocol.peerCertificate, undefined);
  });

  test("gives up what it has not delivered, for TLS", () => {
    const setup = setUp();
    const { protocol } = setup;
    let left: Buffer = Buffer.alloc(0);
    setup.onBox = () => (left = protocol.takeUndelivered());
    protocol.dataReceived(Buffer.concat([one.serialize(), Buffer.from("\x16\x03")]));
    assert.equal(left.toString("latin1"), "\x16\x03");
  });

  test("descriptors wait for those who know their number, and are closed when nobody comes", () => {
    const { protocol } = setUp();
    const fds = [0, 0].map(() => openSync("/dev/null", "r"));
    for (const fd of fds) protocol.fileDescriptorReceived(fd);
    assert.equal(protocol.takeFileDescriptor(1), fds[1]);
    assert.throws(() => protocol.takeFileDescriptor(1), { code: "ERR_AMP_INVALID_ARGUMENT" });
    protocol.connectionLost(done);
    closeSync(fds[1]!);
    assert.throws(() => fstatSync(fds[0]!), { code: "EBADF" });
    assert.throws(() => protocol.sendFileDescriptor(0), { code: "ERR_INVALID_STATE" });
  });

  test("more descriptors than may wait close the connection", () => {
    const { protocol, transport, events } = setUp({ maxDescriptors: 1 });
    for (let n = 0; n < 2; n++) protocol.fileDescriptorReceived(openSync("/dev/null", "r"));
    assert.equal(transport.disconnecting, true);
    protocol.connectionLost(done);
    assert.deepEqual(events, ["stop TooManyDescriptors"]);
  });

  test("a descriptor for an inner protocol that takes none is closed", () => {
    const { protocol } = setUp();
    protocol.switchTo(new Protocol());
    const fd = openSync("/dev/null", "r");
    protocol.fileDescriptorReceived(fd);
    assert.throws(() => fstatSync(fd), { code: "EBADF" });
  });
});
