import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BoxDispatcher } from "../../src/amp/box-dispatcher.ts";
import { CommandLocator } from "../../src/amp/command-locator.ts";
import { ProtocolSwitched, RemoteAmpError, UnknownRemoteError } from "../../src/amp/errors.ts";
import { AmpBox } from "../../src/amp/wire/amp-box.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { ConnectionDone, ConnectionLost } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";
import { Divide, DivisionError, Later, Note, RecordingSender, Sum, outcomeOf } from "./fixtures.ts";

interface Setup {
  readonly dispatcher: BoxDispatcher;
  readonly sender: RecordingSender;
  readonly waiting: Deferred<{ n: number }>[];
}

function setUp(maxCalls = 3): Setup {
  const waiting: Deferred<{ n: number }>[] = [];
  const locator = new CommandLocator([
    Sum.responder(({ a, b }) => ({ total: a + b })),
    Later.responder(() => {
      waiting.push(new Deferred());
      return waiting.at(-1)!;
    }),
    Divide.responder(({ denominator }) => {
      if (denominator === 0) throw new DivisionError("é".repeat(50_000));
      if (denominator === 1) throw new RemoteAmpError("FATAL", "over", { fatal: true });
      if (denominator === 2) throw new RemoteAmpError("x".repeat(70_000), "");
      throw new TypeError("a secret");
    }),
    Note.responder(() => {
      throw new TypeError("no");
    }),
  ]);
  const dispatcher = new BoxDispatcher(locator, { maxCalls });
  const sender = new RecordingSender();
  dispatcher.startReceivingBoxes(sender);
  return { dispatcher, sender, waiting };
}

describe("BoxDispatcher, as caller", () => {
  test("numbers its calls in hexadecimal digits, those without an answer as well", () => {
    const { dispatcher, sender } = setUp();
    for (let n = 0; n < 9; n++) void dispatcher.callRemoteString("Ping", { n: String(n) });
    assert.equal(dispatcher.callRemote(Note, { text: "x" }), undefined);
    assert.deepEqual(sender.last, { _command: "Note", text: "x" });
    void dispatcher.callRemote(Sum, { a: 1, b: 2 });
    assert.deepEqual(sender.last, { _ask: "b", _command: "Sum", a: "1", b: "2" });
    assert.equal(dispatcher.callRemoteString("Ping", {}, { requiresAnswer: false }), undefined);
    assert.deepEqual(sender.last, { _command: "Ping" });
  });

  test("gives each call its answer, in any order", () => {
    const { dispatcher } = setUp();
    const sum = dispatcher.callRemote(Sum, { a: 1, b: 2 });
    const ping = dispatcher.callRemoteString("Ping");
    const answer = new AmpBox({ _answer: "2", pong: "!" });
    dispatcher.ampBoxReceived(answer);
    assert.deepEqual([outcomeOf(sum), outcomeOf(ping)], ["nothing yet", answer]);
    dispatcher.ampBoxReceived(new AmpBox({ _answer: "1", total: "3" }));
    assert.deepEqual(outcomeOf(sum), { total: 3 });
  });

  test("gives each call its error: declared, unknown, unhandled, or as it is", () => {
    const { dispatcher } = setUp();
    const error = (tag: string, code: string): AmpBox =>
      new AmpBox({ _error: tag, _error_code: code, _error_description: Buffer.from([0x77, 0xff]) });
    const calls = [1, 2, 3].map(() => dispatcher.callRemote(Divide, { numerator: 1, denominator: 1 }));
    const text = dispatcher.callRemoteString("Ping");
    dispatcher.ampBoxReceived(error("1", "ZERO_DIVISION"));
    dispatcher.ampBoxReceived(error("2", "OTHER"));
    dispatcher.ampBoxReceived(error("3", "UNHANDLED"));
    dispatcher.ampBoxReceived(error("4", "OTHER"));
    const [declared, unknown, unhandled, raw] = [...calls, text].map(outcomeOf);
    assert.ok(declared instanceof DivisionError && declared.message === "w\ufffd");
    assert.ok(unknown instanceof UnknownRemoteError && (unknown.cause as RemoteAmpError).errorCode === "OTHER");
    assert.equal((unhandled as Error).name, "UnhandledCommand");
    assert.ok(raw instanceof RemoteAmpError && raw.errorCode === "OTHER" && raw.description === "w\ufffd");
  });

  test("an answer that is not as declared fails the call, and nothing else", () => {
    const { dispatcher, sender } = setUp();
    const sum = dispatcher.callRemote(Sum, { a: 1, b: 2 });
    dispatcher.ampBoxReceived(new AmpBox({ _answer: "1", total: "many" }));
    assert.equal((outcomeOf(sum) as Error).name, "InvalidArgument");
    assert.equal(sender.closed, false);
  });

  test("refuses answers to no call, and boxes that are neither", () => {
    const { dispatcher } = setUp();
    void dispatcher.callRemoteString("Ping");
    dispatcher.ampBoxReceived(new AmpBox({ _answer: "1" }));
    const received = (entries: Record<string, string>) => () => dispatcher.ampBoxReceived(new AmpBox(entries));
    assert.throws(received({ _answer: "1" }), { code: "ERR_AMP_UNEXPECTED_ANSWER" });
    assert.throws(received({ _error: "7", _error_code: "", _error_description: "" }), {
      code: "ERR_AMP_UNEXPECTED_ANSWER",
    });
    assert.throws(received({}), { code: "ERR_AMP_NO_EMPTY_BOXES" });
    assert.throws(received({ _ask: "1" }), { code: "ERR_AMP_NO_EMPTY_BOXES" });
    const call = dispatcher.callRemoteString("Ping");
    assert.throws(received({ _error: "2" }), { code: "ERR_AMP_NO_EMPTY_BOXES" });
    dispatcher.stopReceivingBoxes(new Failure(new ConnectionDone()));
    assert.equal((outcomeOf(call) as Error).name, "ConnectionDone");
  });

  test("what cannot be sent fails the call, and leaves nothing behind", () => {
    const { dispatcher, sender } = setUp();
    assert.equal((outcomeOf(dispatcher.callRemote(Sum, { a: 1 } as never)) as Error).name, "InvalidSignature");
    const long = dispatcher.callRemoteString("Ping", { x: Buffer.alloc(70_000) });
    assert.equal((outcomeOf(long) as Error).name, "TooLong");
    sender.error = new ProtocolSwitched("switched");
    assert.equal(outcomeOf(dispatcher.callRemote(Sum, { a: 1, b: 2 })), sender.error);
    assert.throws(() => dispatcher.callRemote(Note, { text: "x" }), sender.error);
    assert.throws(() => dispatcher.callRemoteString("x", {}, { requiresAnswer: false }), sender.error);
    assert.throws(() => dispatcher.ampBoxReceived(new AmpBox({ _answer: "2" })), { code: "ERR_AMP_UNEXPECTED_ANSWER" });
  });

  test("before there is a connection, there are no calls", () => {
    const dispatcher = new BoxDispatcher(new CommandLocator());
    assert.equal((outcomeOf(dispatcher.callRemoteString("Ping")) as Error).name, "InvalidStateError");
    assert.throws(() => dispatcher.callRemote(Note, { text: "" }), { code: "ERR_INVALID_STATE" });
  });

  test("when boxes stop, all calls fail with the reason, and later ones as well", () => {
    const { dispatcher } = setUp();
    const reason = new Failure(new ConnectionDone());
    let again: unknown;
    const calls = [dispatcher.callRemoteString("One"), dispatcher.callRemote(Sum, { a: 1, b: 2 })];
    void calls[0]!.addErrback(() => (again = outcomeOf(dispatcher.callRemoteString("Again"))));
    dispatcher.stopReceivingBoxes(reason);
    assert.equal(again, reason.value);
    assert.equal(outcomeOf(calls[1]), reason.value);
    assert.equal(outcomeOf(dispatcher.callRemote(Sum, { a: 1, b: 2 })), reason.value);
    assert.equal(dispatcher.callRemote(Note, { text: "" }), undefined);
    assert.equal(dispatcher.callRemoteString("x", {}, { requiresAnswer: false }), undefined);
  });

  test("a call that is cancelled takes no notice of its answer", () => {
    const { dispatcher } = setUp();
    const call = dispatcher.callRemote(Sum, { a: 1, b: 2 });
    call.cancel();
    assert.equal((outcomeOf(call) as Error).name, "CancelledError");
    dispatcher.ampBoxReceived(new AmpBox({ _answer: "1", total: "3" }));
  });

  test("an answer that comes while the call is sent, is taken", () => {
    const { dispatcher, sender } = setUp();
    sender.sendBox = (box) => dispatcher.ampBoxReceived(new AmpBox({ _answer: box.get("_ask")!, total: "3" }));
    assert.deepEqual(outcomeOf(dispatcher.callRemote(Sum, { a: 1, b: 2 })), { total: 3 });
  });
});

describe("BoxDispatcher, as responder", () => {
  const ask = (command: string, values: Record<string, string> = {}): AmpBox =>
    new AmpBox({ _ask: "77", _command: command, ...values });

  test("answers, now and later", () => {
    const { dispatcher, sender, waiting } = setUp();
    dispatcher.ampBoxReceived(ask("Sum", { a: "1", b: "2" }));
    assert.deepEqual(sender.last, { _answer: "77", total: "3" });
    dispatcher.ampBoxReceived(ask("Later", { n: "1" }));
    assert.equal(sender.boxes.length, 1);
    waiting[0]!.callback({ n: 1 });
    assert.deepEqual(sender.last, { _answer: "77", n: "1" });
    dispatcher.ampBoxReceived(ask("Later", { n: "1" }));
    waiting[1]!.errback(new RemoteAmpError("LATE", "too late"));
    assert.deepEqual(sender.last, { _error: "77", _error_code: "LATE", _error_description: "too late" });
    assert.equal(sender.closed, false);
  });

  test("answers nothing where no answer is wanted", () => {
    const { dispatcher, sender } = setUp();
    dispatcher.ampBoxReceived(new AmpBox({ _command: "Sum", a: "1", b: "2" }));
    assert.deepEqual([sender.boxes, sender.failures], [[], []]);
  });

  test("says of a command that nobody responds to that it is unhandled", () => {
    const { dispatcher, sender } = setUp();
    dispatcher.ampBoxReceived(ask("Nothing\0"));
    assert.deepEqual(sender.last, {
      _error: "77",
      _error_code: "UNHANDLED",
      _error_description: 'Unhandled Command: "Nothing\\u0000"',
    });
    assert.equal(sender.closed, false);
  });

  test("answers a declared error with its code, and as much of the description as has room", () => {
    const { dispatcher, sender } = setUp();
    dispatcher.ampBoxReceived(ask("Divide", { numerator: "1", denominator: "0" }));
    assert.equal(sender.last["_error_code"], "ZERO_DIVISION");
    assert.match(sender.last["_error_description"]!, /^é{21845}$/);
    assert.equal(sender.closed, false);
  });

  test("closes the connection behind a fatal error", () => {
    const { dispatcher, sender } = setUp();
    dispatcher.ampBoxReceived(ask("Divide", { numerator: "1", denominator: "1" }));
    assert.deepEqual([sender.last["_error_code"], sender.closed], ["FATAL", true]);
  });

  test("answers any other error without saying what it is, logs it, and closes the connection", (t) => {
    const events = capturedLogs();
    t.after(() => events.stop());
    const calls: [string, Record<string, string>][] = [
      ["Divide", { numerator: "1", denominator: "3" }],
      ["Sum", { a: "x", b: "1" }],
      ["Sum", { a: String(Number.MAX_SAFE_INTEGER), b: "1" }],
    ];
    for (const [command, values] of calls) {
      const { dispatcher, sender } = setUp();
      dispatcher.ampBoxReceived(ask(command, values));
      assert.deepEqual(sender.last, { _error: "77", _error_code: "UNKNOWN", _error_description: "Unknown Error" });
      assert.equal(sender.closed, true);
    }
    const names = events.map(({ logFailure }) => ((logFailure as Failure).value as Error).name);
    assert.deepEqual(names, ["TypeError", "InvalidArgument", "BadLocalReturn"]);
  });

  test("an answer that has no room, or is none, is an unknown error", (t) => {
    const events = capturedLogs();
    t.after(() => events.stop());
    for (const answer of [new AmpBox({ x: Buffer.alloc(70_000) }), "text" as never]) {
      const { dispatcher, sender } = setUp();
      dispatcher.locator = { locateResponder: () => () => answer };
      dispatcher.ampBoxReceived(ask("Any"));
      assert.deepEqual([sender.last["_error_code"], sender.closed], ["UNKNOWN", true]);
    }
    assert.equal(events.length, 2);
  });

  test("an error that cannot be sent, and one where no answer is wanted, is left to the connection", () => {
    const { dispatcher, sender } = setUp();
    dispatcher.ampBoxReceived(ask("Divide", { numerator: "1", denominator: "2" }));
    assert.equal((sender.failures[0]!.value as Error).name, "TooLong");
    dispatcher.ampBoxReceived(new AmpBox({ _command: "Note", text: "x" }));
    assert.equal((sender.failures[1]!.value as Error).message, "no");
    assert.deepEqual(sender.boxes, []);
  });

  test("answers that come too late are dropped", () => {
    for (const error of [new ConnectionLost(), new ProtocolSwitched("switched")]) {
      const { dispatcher, sender, waiting } = setUp();
      dispatcher.ampBoxReceived(ask("Later", { n: "1" }));
      dispatcher.ampBoxReceived(ask("Later", { n: "2" }));
      sender.error = error;
      waiting[0]!.callback({ n: 1 });
      waiting[1]!.errback(new RemoteAmpError("LATE", ""));
      assert.deepEqual(sender.failures, []);
    }
  });

  test("refuses more calls than may wait, and counts those that are answered no more", () => {
    const { dispatcher, waiting } = setUp(3);
    for (let n = 0; n < 10; n++) {
      dispatcher.ampBoxReceived(ask("Later", { n: "1" }));
      waiting.pop()!.callback({ n });
    }
    for (let n = 0; n < 3; n++) dispatcher.ampBoxReceived(ask("Later", { n: "1" }));
    dispatcher.ampBoxReceived(ask("Sum", { a: "1", b: "2" }));
    assert.throws(() => dispatcher.ampBoxReceived(ask("Later", { n: "1" })), { code: "ERR_AMP_TOO_MANY_CALLS" });
  });

  test("refuses a limit that is none", () => {
    assert.throws(() => new BoxDispatcher(new CommandLocator(), { maxCalls: 0 }), RangeError);
  });
});
