import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { PostfixTCPMapServer } from "../../src/postfix/postfix-tcp-map-server.ts";
import type { PostfixTCPMap } from "../../src/postfix/postfix-tcp-map-server.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import { chunked } from "../support/chunkings.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";
import { UnreadTransport } from "../support/unread-transport.ts";

const TABLE: Readonly<Record<string, string>> = { foo: "This is foo", "a b": "1", ë: "2", long: "x".repeat(5000) };

class Connection implements Reader<string> {
  readonly clock: Clock = new Clock();
  readonly transport: StringTransport;
  readonly server: PostfixTCPMapServer = new PostfixTCPMapServer(this.clock);

  constructor(get: PostfixTCPMap["get"] = (key) => TABLE[key], transport = new StringTransport()) {
    this.transport = transport;
    this.server.factory = { get };
    this.server.makeConnection(this.transport);
  }

  get events(): readonly string[] {
    return this.transport.value().split("\n");
  }

  receive(chunk: Buffer | string): void {
    this.server.dataReceived(Buffer.from(chunk as string));
  }
}

describe("PostfixTCPMapServer", () => {
  test("answers requests", () => {
    const expected = [
      "200 This%20is%20foo",
      "500 ",
      "200 1",
      "200 2",
      "400 Command 'get' takes 1 parameters.",
      "500 put is not implemented yet.",
      "400 unknown command",
      "",
    ];
    readsThreeWays(
      () => new Connection(),
      "get foo\nget bar\nget a%20b\nget %c3%ab\nget\nput a b\nhello\n",
      expected,
      "get fo",
    );
  });

  test("says why there is no answer", () => {
    const connection = new Connection((key) => {
      if (key === "later") return Promise.reject(new Error("the table is\nlocked"));
      if (key === "number") return 7 as unknown as string;
      throw new Error("no table");
    });
    connection.receive("get now\nget number\n");
    assert.match(connection.transport.value(), /^400 no table\n400 .*\n$/);
    const long = new Connection();
    long.receive("get long\n");
    assert.match(long.transport.value(), /^400 The value takes 5000 bytes/);
  });

  test("answers null and undefined as not found, and empty text as found", () => {
    const connection = new Connection((key) => (key === "null" ? null : key === "empty" ? "" : undefined));
    connection.receive("get null\nget empty\nget nothing\n");
    assert.equal(connection.transport.value(), "500 \n200 \n500 \n");
  });

  test("answers in the order of the requests, and reads nothing while one waits", () => {
    const waiting: Deferred<string>[] = [];
    const connection = new Connection(() => {
      const answer = new Deferred<string>();
      waiting.push(answer);
      return answer;
    });
    connection.receive("get a\nget b\nget c\n");
    assert.deepEqual([waiting.length, connection.transport.producerState], [1, "paused"]);
    waiting[0]!.callback("1");
    assert.deepEqual([waiting.length, connection.transport.producerState], [2, "paused"]);
    waiting[1]!.errback(new Error("no"));
    waiting[2]!.callback("3");
    assert.deepEqual(connection.events, ["200 1", "400 no", "200 3", ""]);
    assert.equal(connection.transport.producerState, "producing");
    connection.receive("get d\n");
    assert.equal(waiting.length, 4);
  });

  test("closes the connection of a silent client after ten minutes", () => {
    const connection = new Connection();
    connection.clock.advance(599);
    connection.receive("get foo\n");
    connection.clock.advance(599);
    assert.equal(connection.transport.disconnecting, false);
    connection.clock.advance(1);
    assert.equal(connection.transport.disconnecting, true);
  });

  test("reads no more requests while its replies are not read, and aborts in the end", () => {
    const transport = new UnreadTransport();
    const connection = new Connection(undefined, transport);
    for (let count = 0; count < 4000; count++) {
      if (transport.producerState === "producing") connection.receive("get foo\nget foo\n");
    }
    assert.equal(transport.producerState, "paused");
    const { length } = transport.value();
    assert.ok(length >= 65_536 && length < 140_000, `${length} bytes wait`);
    transport.drain();
    assert.equal(transport.producerState, "producing");
    connection.receive("get bar\n".repeat(20_000));
    assert.equal(transport.producerState, "paused");
    let aborts = 0;
    transport.abortConnection = () => void aborts++;
    connection.clock.advance(600);
    assert.equal(aborts, 1);
  });

  test("waits for nothing once the connection is lost", () => {
    const connection = new Connection();
    connection.server.connectionLost(new Failure(new ConnectionDone()));
    assert.deepEqual(connection.clock.getDelayedCalls(), []);
  });

  test("closes the connection when a line is too long", () => {
    const connection = new Connection();
    connection.receive(`get ${"x".repeat(16_384)}`);
    assert.equal(connection.transport.disconnecting, true);
  });

  test("any bytes give a line for a line, and nothing else", () => {
    const line = fc.oneof(fc.constantFrom("get foo", "get", "put a b", "get %", "\r"), fc.string({ unit: "binary" }));
    const streams = fc.array(line).map((lines) => Buffer.from(lines.map((text) => `${text}\n`).join("")));
    fc.assert(
      fc.property(chunked(streams), ({ bytes, chunks }) => {
        const connection = new Connection();
        for (const chunk of chunks) connection.receive(chunk);
        const replies = connection.transport.value();
        assert.match(replies, /^(?:[245]00 [ -~]*\n)*$/);
        assert.equal(replies.split("\n").length, bytes.toString().split("\n").length);
      }),
    );
  });
});
