import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AMP } from "../../src/amp/amp.ts";
import { CommandLocator } from "../../src/amp/command-locator.ts";
import { UnhandledCommand, UnknownRemoteError } from "../../src/amp/errors.ts";
import { AmpBox } from "../../src/amp/wire/amp-box.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { HawserError } from "../../src/errors.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";
import { Divide, DivisionError, FatalError, Later, Note, Server, Sum, outcomeOf, pairOf } from "./fixtures.ts";

/** Those of the events that are about a failure. */
const failuresIn = (events: readonly LogEvent[]): LogEvent[] =>
  events.filter(({ logFailure }) => logFailure !== undefined);

const nameOf = (outcome: unknown): string => (outcome as Error).name;

describe("AMP", () => {
  for (const chunkSize of [1, 7, 100_000]) {
    test(`calls both ways, ${chunkSize} bytes at a time`, () => {
      const pair = pairOf(new Server(), { chunkSize });
      const calls = [1, 2, 3].map((n) => pair.client.callRemote(Sum, { a: n, b: 10 }));
      pair.client.callRemote(Note, { text: "hello" });
      const back = pair.server.callRemote(Sum, { a: 1, b: 2 });
      pair.flush();
      assert.deepEqual(calls.map(outcomeOf), [{ total: 11 }, { total: 12 }, { total: 13 }]);
      assert.deepEqual(pair.server.notes, ["hello"]);
      assert.ok(outcomeOf(back) instanceof UnhandledCommand);
    });
  }

  test("errors reach the caller as what they are, and fatal ones end the connection", () => {
    const pair = pairOf();
    const divided = pair.client.callRemote(Divide, { numerator: 1, denominator: 0 });
    pair.flush();
    const error = outcomeOf(divided);
    assert.ok(error instanceof DivisionError && error.message === "by zero");
    const fatal = pair.client.callRemote(Divide, { numerator: 1, denominator: -1 });
    pair.flush();
    assert.ok(outcomeOf(fatal) instanceof FatalError);
    assert.equal(pair.serverTransport.connected, false);
  });

  test("an undeclared error says nothing of itself, and ends the connection with all calls", (t) => {
    const events = capturedLogs();
    t.after(() => events.stop());
    for (const denominator of [-2, -3]) {
      const pair = pairOf();
      const waiting = pair.client.callRemote(Later, { n: 1 });
      const divided = pair.client.callRemote(Divide, { numerator: 1, denominator });
      pair.flush();
      const error = outcomeOf(divided);
      assert.ok(error instanceof UnknownRemoteError && error.description === "Unknown Error");
      assert.equal(nameOf(outcomeOf(waiting)), "ConnectionDone");
      assert.equal(nameOf(outcomeOf(pair.client.callRemote(Sum, { a: 1, b: 2 }))), "ConnectionDone");
    }
    assert.deepEqual(
      failuresIn(events).map(({ logFailure }) => nameOf(logFailure?.value)),
      ["Error", "BadLocalReturn"],
    );
  });

  test("a call without an answer that fails, ends the connection", (t) => {
    const events = capturedLogs();
    t.after(() => events.stop());
    const pair = pairOf();
    pair.client.callRemote(Note, { text: "bad" });
    pair.flush();
    assert.equal(pair.clientTransport.connected, false);
    assert.equal(failuresIn(events).length, 1);
  });

  test("a failed call that nobody handles, does not end the connection", () => {
    const pair = pairOf();
    const call = pair.client.callRemote(Divide, { numerator: 1, denominator: 0 });
    pair.flush();
    assert.equal(pair.clientTransport.connected, true);
    assert.ok(outcomeOf(call) instanceof DivisionError);
  });

  test("too many calls at a time end the connection with that reason", () => {
    const pair = pairOf(new Server({ maxCalls: 2 }));
    pair.client.locator = { locateResponder: () => () => new Deferred<AmpBox>() };
    const back = pair.server.callRemoteString("Wait");
    const calls = [1, 2, 3].map((n) => pair.client.callRemote(Later, { n }));
    pair.flush();
    assert.equal(pair.serverTransport.connected, false);
    for (const call of calls) assert.equal(nameOf(outcomeOf(call)), "ConnectionDone");
    assert.equal(nameOf(outcomeOf(back)), "TooManyCalls");
  });

  /** Answers a call of any size with as much as fits into a box. */
  class Generous extends Server {
    calls = 0;

    amp_GIVE(): AmpBox {
      this.calls++;
      return new AmpBox({ much: Buffer.alloc(60_000) });
    }
  }

  test("a peer that does not read its answers is not listened to, until it does", () => {
    const pair = pairOf(new Generous());
    pair.clientTransport.pauseProducing();
    const calls = Array.from({ length: 200 }, () => pair.client.callRemoteString("give"));
    pair.flush();
    assert.ok(pair.server.calls > 0 && pair.server.calls < 10, `${pair.server.calls} calls`);
    pair.clientTransport.resumeProducing();
    pair.flush();
    for (const call of calls) assert.equal((outcomeOf(call) as AmpBox).get("much")?.length, 60_000);
  });

  test("a peer that we wait for is listened to, though it does not read, up to a limit", () => {
    const pair = pairOf(new Generous({ maxUnread: 1_000_000 }));
    pair.client.locator = { locateResponder: () => () => new Deferred<AmpBox>() };
    const back = pair.server.callRemoteString("Wait");
    pair.flush();
    pair.clientTransport.pauseProducing();
    const calls = Array.from({ length: 200 }, () => pair.client.callRemoteString("give"));
    pair.flush();
    assert.ok(pair.server.calls >= 16 && pair.server.calls < 30, `${pair.server.calls} calls`);
    assert.equal(nameOf(outcomeOf(back)), "AnswersNotRead");
    pair.clientTransport.resumeProducing();
    pair.flush();
    for (const call of calls) assert.notEqual(outcomeOf(call), "nothing yet");
  });

  test("a call of ours is answered by a peer that we had not listened to", () => {
    const pair = pairOf(new Generous());
    pair.clientTransport.pauseProducing();
    const calls = Array.from({ length: 20 }, () => pair.client.callRemoteString("give"));
    pair.flush();
    const before = pair.server.calls;
    const back = pair.server.callRemoteString("Unknown");
    assert.ok(pair.server.calls > before);
    pair.clientTransport.resumeProducing();
    pair.flush();
    assert.equal(nameOf(outcomeOf(back)), "UnhandledCommand");
    for (const call of calls) assert.equal((outcomeOf(call) as AmpBox).size, 2);
  });

  test("finds responders by command before those by name, and a locator in place of both", () => {
    class Both extends Server {
      amp_SUM(): AmpBox {
        return new AmpBox({ total: "0" });
      }

      amp_PING(box: AmpBox): AmpBox {
        return new AmpBox({ pong: box.get("ping")! });
      }
    }
    const pair = pairOf(new Both());
    const [sum, ping] = [
      pair.client.callRemote(Sum, { a: 1, b: 2 }),
      pair.client.callRemoteString("ping", { ping: "é" }),
    ];
    pair.flush();
    assert.deepEqual(outcomeOf(sum), { total: 3 });
    assert.equal((outcomeOf(ping) as AmpBox).get("pong")?.toString(), "é");
    const locator = new CommandLocator([Sum.responder(() => ({ total: 7 }))]);
    const other = pairOf(new Both({ locator }));
    assert.equal(other.server.locator, locator);
    const seven = other.client.callRemote(Sum, { a: 1, b: 2 });
    const unhandled = other.client.callRemoteString("ping");
    other.flush();
    assert.deepEqual([outcomeOf(seven), nameOf(outcomeOf(unhandled))], [{ total: 7 }, "UnhandledCommand"]);
    other.server.locator = other.server;
    const three = other.client.callRemote(Sum, { a: 1, b: 2 });
    other.flush();
    assert.deepEqual(outcomeOf(three), { total: 3 });
  });

  test("gives its boxes to a receiver in its place", () => {
    const boxes: string[] = [];
    const boxReceiver = {
      startReceivingBoxes() {},
      ampBoxReceived: (box: AmpBox) => void boxes.push(box.toString()),
      stopReceivingBoxes() {},
    };
    const amp = new AMP({ boxReceiver });
    amp.makeConnection(new StringTransport());
    amp.dataReceived(new AmpBox({ x: "1" }).serialize());
    assert.deepEqual(boxes, ['AmpBox { x: "1" }']);
  });

  test("any bytes of a peer, are boxes, or end the connection for a reason that is the peer's", (t) => {
    const events = capturedLogs();
    t.after(() => events.stop());
    const words = [
      "_ask",
      "_answer",
      "_error",
      "_error_code",
      "_error_description",
      "_command",
      "Sum",
      "Note",
      "StartTLS",
      "a",
      "b",
      "1",
      "text",
      "\xff",
    ];
    const string = fc.constantFrom(...words).map((word) => `${String.fromCharCode(0, word.length)}${word}`);
    const stream = fc.array(
      fc.oneof({ weight: 6, arbitrary: string }, fc.constant("\0\0"), fc.string({ maxLength: 3 })),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(stream, (pieces) => {
        const [server, transport] = [new Server(), new StringTransport()];
        server.makeConnection(transport);
        void server.callRemote(Sum, { a: 1, b: 2 }).addErrback(() => {});
        server.dataReceived(Buffer.from(pieces.join(""), "latin1"));
        let reason: unknown;
        void server.callRemote(Later, { n: 1 }).addErrback((failure) => (reason = failure.value));
        server.connectionLost(new Failure(new ConnectionDone()));
        assert.ok(reason instanceof HawserError);
      }),
      { numRuns: 1000 },
    );
  });
});
