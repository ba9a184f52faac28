import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { TimeoutError } from "../../src/deferred/errors.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { InvalidStateError, RemoteProtocolError } from "../../src/errors.ts";
import { DEFAULT_PORT, MemCacheProtocol } from "../../src/memcache/mem-cache-protocol.ts";
import type { MemCacheOptions } from "../../src/memcache/mem-cache-protocol.ts";
import { ClientError, NoSuchCommand, ServerError } from "../../src/memcache/wire/errors.ts";
import { failureResultOf, assertNoResult, successResultOf } from "../../src/testing/deferred-results.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import { chunked } from "../support/chunkings.ts";

class Cache {
  readonly clock: Clock = new Clock();
  readonly transport: StringTransport = new StringTransport();
  readonly protocol: MemCacheProtocol;

  constructor(options?: MemCacheOptions) {
    this.protocol = new MemCacheProtocol(this.clock, options);
    this.protocol.makeConnection(this.transport);
  }

  receive(text: string): void {
    this.protocol.dataReceived(Buffer.from(text, "latin1"));
  }

  lose(): void {
    this.protocol.connectionLost(new Failure(new ConnectionDone()));
  }
}

/** A command asks with `request`, and `reply` comes to `result`. */
function asks<R>(call: (cache: MemCacheProtocol) => Deferred<R>, request: string, reply: string, result: R): void {
  const { protocol, transport } = new Cache();
  const answer = call(protocol);
  assert.equal(transport.value(), request);
  assertNoResult(answer);
  protocol.dataReceived(Buffer.from(reply));
  assert.deepEqual(successResultOf(answer), result);
}

describe("MemCacheProtocol", () => {
  test("stores", () => {
    asks((c) => c.set("k", "v"), "set k 0 0 1\r\nv\r\n", "STORED\r\n", true);
    asks((c) => c.add("k", "v", { flags: 3, expireTime: 9 }), "add k 3 9 1\r\nv\r\n", "NOT_STORED\r\n", false);
    asks((c) => c.replace("k", "v", { flags: 3 }), "replace k 3 0 1\r\nv\r\n", "STORED\r\n", true);
    asks((c) => c.append("k", "v"), "append k 0 0 1\r\nv\r\n", "STORED\r\n", true);
    asks((c) => c.prepend("k", Buffer.from("v")), "prepend k 0 0 1\r\nv\r\n", "NOT_STORED\r\n", false);
    asks((c) => c.checkAndSet("k", "v", "12"), "cas k 0 0 1 12\r\nv\r\n", "EXISTS\r\n", false);
  });

  test("fetches", () => {
    const value = Buffer.from("v");
    asks((c) => c.get("k"), "get k\r\n", "VALUE k 3 1\r\nv\r\nEND\r\n", { flags: 3, value });
    asks((c) => c.get("k"), "get k\r\n", "END\r\n", { flags: 0, value: undefined });
    const identified = { flags: 3, cas: "12", value };
    const options = { withIdentifier: true } as const;
    asks((c) => c.get("k", options), "gets k\r\n", "VALUE k 3 1 12\r\nv\r\nEND\r\n", identified);
    asks((c) => c.get("k", options), "gets k\r\n", "END\r\n", { flags: 0, cas: "", value: undefined });
    const both = new Map([
      ["a", { flags: 0, value: undefined }],
      ["k", { flags: 3, value }],
    ]);
    asks((c) => c.getMultiple(new Set(["a", "k"])), "get a k\r\n", "VALUE k 3 1\r\nv\r\nEND\r\n", both);
    const one = new Map([["k", identified]]);
    asks((c) => c.getMultiple(["k"], options), "gets k\r\n", "VALUE k 3 1 12\r\nv\r\nEND\r\n", one);
  });

  test("counts, removes and asks about the server", () => {
    asks((c) => c.increment("k"), "incr k 1\r\n", "5\r\n", 5);
    asks((c) => c.increment("k", 4n), "incr k 4\r\n", "18446744073709551615\r\n", 2n ** 64n - 1n);
    asks((c) => c.decrement("k"), "decr k 1\r\n", "NOT_FOUND\r\n", false);
    asks((c) => c.decrement("k", 4), "decr k 4\r\n", "0\r\n", 0);
    asks((c) => c.delete("k"), "delete k\r\n", "DELETED\r\n", true);
    asks((c) => c.flushAll(), "flush_all\r\n", "OK\r\n", true);
    asks((c) => c.version(), "version\r\n", "VERSION 1.6\r\n", "1.6");
    asks((c) => c.stats(), "stats\r\n", "STAT a b c\r\nEND\r\n", new Map([["a", "b c"]]));
    asks((c) => c.stats("items"), "stats items\r\n", "END\r\n", new Map());
    assert.equal(DEFAULT_PORT, 11_211);
  });

  test("answers many commands in their order, however replies are cut", () => {
    const { protocol, transport, clock } = new Cache();
    const answers = [protocol.set("a", "1"), protocol.increment("a", 2), protocol.get("a"), protocol.delete("b")];
    assert.equal(transport.value(), "set a 0 0 1\r\n1\r\nincr a 2\r\nget a\r\ndelete b\r\n");
    for (const byte of Buffer.from("STORED\r\n3\r\nVALUE a 0 1\r\n3\r\nEND\r\nNOT_FOUND\r\n")) {
      protocol.dataReceived(Buffer.of(byte));
    }
    const results = answers.map((answer) => successResultOf(answer as Deferred<unknown>));
    assert.deepEqual(results, [true, 3, { flags: 0, value: Buffer.from("3") }, false]);
    assert.deepEqual(clock.getDelayedCalls(), []);
  });

  test("fails a command with the server's error, and goes on with the next", () => {
    const cache = new Cache();
    const { protocol } = cache;
    const failing = [protocol.set("k", "v"), protocol.get("k"), protocol.version()] as Deferred<unknown>[];
    const last = protocol.flushAll();
    cache.receive("CLIENT_ERROR bad\r\nSERVER_ERROR no memory\r\nERROR\r\nOK\r\n");
    const errors = failing.map((answer) => failureResultOf(answer).value as Error);
    assert.ok(errors[0] instanceof ClientError && errors[0].message === "bad");
    assert.ok(errors[1] instanceof ServerError && errors[1].message === "no memory");
    assert.ok(errors[2] instanceof NoSuchCommand);
    assert.equal(successResultOf(last), true);
    assert.equal(cache.transport.disconnecting, false);
  });

  test("a server's error in the midst of values ends that command alone", () => {
    const cache = new Cache();
    const [first, second] = [cache.protocol.getMultiple(["a", "b"]), cache.protocol.get("a")];
    cache.receive("VALUE a 0 1\r\n1\r\nSERVER_ERROR out of memory\r\nEND\r\n");
    assert.ok(failureResultOf(first).value instanceof ServerError);
    assert.deepEqual(successResultOf(second), { flags: 0, value: undefined });
  });

  test("fails where nothing can be sent, and sends nothing", () => {
    const { protocol, transport, clock } = new Cache();
    const calls: Deferred<unknown>[] = [
      ...["", "a b", "k".repeat(251)].flatMap((key): Deferred<unknown>[] => [
        protocol.get(key),
        protocol.getMultiple(["k", key]),
        protocol.set(key, "v"),
        protocol.increment(key),
        protocol.delete(key),
      ]),
      protocol.stats("a\n"),
    ];
    for (const call of calls) assert.ok(failureResultOf(call).value instanceof ClientError);
    assert.ok(failureResultOf(protocol.set("k", "v", { flags: -1 })).value instanceof RangeError);
    assert.ok(failureResultOf(protocol.get(7 as unknown as string)).value instanceof TypeError);
    assert.equal(transport.value(), "");
    assert.deepEqual(clock.getDelayedCalls(), []);
  });

  test("fails a count that is no exact number, and goes on", () => {
    const cache = new Cache();
    const [count, next] = [cache.protocol.increment("k"), cache.protocol.flushAll()];
    cache.receive("9007199254740993\r\nOK\r\n");
    assert.ok(failureResultOf(count).value instanceof RangeError);
    assert.equal(successResultOf(next), true);
  });

  test("keeps the place of a command that was cancelled", () => {
    const cache = new Cache();
    const [first, second] = [cache.protocol.increment("a"), cache.protocol.increment("b")];
    first.cancel();
    assert.equal((failureResultOf(first).value as Error).name, "CancelledError");
    cache.receive("1\r\n2\r\n");
    assert.equal(successResultOf(second), 2);
  });

  describe("persistentTimeOut", () => {
    test("fails all commands and aborts the connection when the server is silent, 60 seconds unless told otherwise", () => {
      const cache = new Cache();
      const answers: Deferred<unknown>[] = [cache.protocol.get("a"), cache.protocol.version()];
      cache.clock.advance(59);
      for (const answer of answers) assertNoResult(answer);
      cache.clock.advance(1);
      for (const answer of answers) assert.ok(failureResultOf(answer).value instanceof TimeoutError);
      assert.equal(cache.transport.aborting, true);
      cache.receive("END\r\n");
      cache.lose();
      assert.deepEqual(cache.clock.getDelayedCalls(), []);
    });

    test("begins anew with each reply and each piece of a value, and not with a piece of a line", () => {
      const cache = new Cache({ timeOut: 10 });
      const [value, version] = [cache.protocol.get("a"), cache.protocol.version()];
      for (const piece of ["VALUE a 0 3\r\n", "1", "23\r\n", "END\r\n"]) {
        cache.clock.advance(9);
        cache.receive(piece);
      }
      assert.equal(successResultOf(value).value?.toString(), "123");
      cache.clock.advance(9);
      cache.receive("VERS");
      cache.clock.advance(1);
      assert.ok(failureResultOf(version).value instanceof TimeoutError);
    });

    test("is counted from the first command that waits, not from later ones", () => {
      const cache = new Cache({ timeOut: 10 });
      const first = cache.protocol.version();
      cache.clock.advance(9);
      const second = cache.protocol.version();
      cache.clock.advance(1);
      for (const answer of [first, second]) assert.ok(failureResultOf(answer).value instanceof TimeoutError);
    });

    test("stops while nothing waits, and can be changed or left out", () => {
      const cache = new Cache({ timeOut: 10 });
      const first = cache.protocol.version();
      cache.receive("VERSION 1\r\n");
      assert.equal(successResultOf(first), "1");
      cache.clock.advance(1000);
      cache.protocol.persistentTimeOut = null;
      const second = cache.protocol.version();
      cache.clock.advance(1000);
      assertNoResult(second);
      cache.receive("VERSION 1\r\n");
      cache.protocol.persistentTimeOut = 1;
      const third = cache.protocol.version();
      cache.clock.advance(1);
      assert.ok(failureResultOf(third).value instanceof TimeoutError);
    });

    test("goes on for a command that an answer has led to", () => {
      const cache = new Cache({ timeOut: 10 });
      const second = cache.protocol.version().addCallback(() => cache.protocol.flushAll());
      cache.clock.advance(9);
      cache.receive("VERSION 1\r\n");
      cache.clock.advance(9);
      assertNoResult(second);
      cache.clock.advance(1);
      assert.ok(failureResultOf(second).value instanceof TimeoutError);
    });
  });

  test("fails all commands with the reason of the loss, and those after it at once, also one that is given because of a failure", () => {
    const cache = new Cache();
    const { protocol } = cache;
    const again = protocol.get("a").addErrback(() => protocol.get("a"));
    const other = protocol.version();
    cache.lose();
    assert.ok(failureResultOf(again).value instanceof InvalidStateError);
    assert.ok(failureResultOf(other).value instanceof ConnectionDone);
    assert.ok(failureResultOf(protocol.version()).value instanceof InvalidStateError);
    assert.deepEqual(cache.clock.getDelayedCalls(), []);
  });

  test("fails a command before there is a connection", () => {
    const protocol = new MemCacheProtocol(new Clock());
    assert.ok(failureResultOf(protocol.version()).value instanceof InvalidStateError);
  });

  for (const [what, reply] of [
    ["what is no reply", "hello\r\n"],
    ["a reply to another command", "DELETED\r\n"],
    ["a value beyond the limit", "VALUE k 0 5\r\n"],
    ["more replies than commands", "END\r\nVERSION 1\r\nEND\r\n"],
  ] as const) {
    test(`aborts the connection and fails what waits, when the server sends ${what}`, () => {
      const cache = new Cache({ maxValueLength: 4 });
      const answers: Deferred<unknown>[] = [cache.protocol.get("k"), cache.protocol.version()];
      cache.receive(reply);
      if (reply.startsWith("END")) for (const answer of answers) successResultOf(answer);
      else for (const answer of answers) assert.ok(failureResultOf(answer).value instanceof RemoteProtocolError);
      assert.equal(cache.transport.aborting, true);
      cache.receive("END\r\n");
      assert.ok(failureResultOf(cache.protocol.version()).value instanceof InvalidStateError);
      cache.lose();
      assert.deepEqual(cache.clock.getDelayedCalls(), []);
    });
  }

  test("takes what follows for nothing when an answer has led to the end", () => {
    const cache = new Cache();
    const first = cache.protocol.version().addCallback(() => cache.lose());
    const second = cache.protocol.version();
    cache.receive("VERSION 1\r\nVERSION 2\r\n");
    successResultOf(first);
    assert.ok(failureResultOf(second).value instanceof ConnectionDone);
    assert.equal(cache.transport.aborting, false);
  });

  test("refuses limits that are none", () => {
    assert.throws(() => new MemCacheProtocol(new Clock(), { maxStatistics: -1 }), RangeError);
    assert.throws(() => new MemCacheProtocol(new Clock(), { maxValueLength: Number.NaN }), RangeError);
  });

  test("any replies give one outcome to each command, in order, and nothing else", () => {
    const line = fc.oneof(
      fc.constantFrom(
        "STORED",
        "NOT_FOUND",
        "VALUE a 1 3\r\nabc",
        "VALUE a 1 9",
        "END",
        "STAT a 1",
        "7",
        "OK",
        "VERSION 1",
      ),
      fc.constantFrom("ERROR", "CLIENT_ERROR x", "SERVER_ERROR"),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    const streams = fc.array(line).map((lines) => Buffer.from(lines.map((text) => `${text}\r\n`).join("")));
    const calls: readonly ((cache: MemCacheProtocol) => Deferred<unknown>)[] = [
      (c) => c.set("a", "1"),
      (c) => c.get("a"),
      (c) => c.getMultiple(["a", "b"]),
      (c) => c.increment("a"),
      (c) => c.stats(),
      (c) => c.version(),
      (c) => c.delete("a"),
      (c) => c.flushAll(),
    ];
    fc.assert(
      fc.property(chunked(streams), fc.array(fc.constantFrom(...calls)), ({ bytes, chunks }, asked) => {
        const outcomes = [[bytes], chunks].map((pieces) => {
          const { clock, protocol, transport } = new Cache();
          const ended: string[] = [];
          for (const [index, call] of asked.entries()) {
            call(protocol).addBoth((end) => {
              ended.push(`${index} ${end instanceof Failure ? (end.value as Error).name : "well"}`);
            });
          }
          for (const piece of pieces) if (!transport.disconnecting) protocol.dataReceived(piece);
          protocol.connectionLost(new Failure(new ConnectionDone()));
          assert.deepEqual(clock.getDelayedCalls(), []);
          return ended;
        });
        assert.deepEqual(outcomes[1], outcomes[0]);
        assert.deepEqual(
          outcomes[0]!.map((end) => Number.parseInt(end, 10)),
          asked.map((_, index) => index),
        );
      }),
    );
  });
});
