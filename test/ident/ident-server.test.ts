import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { IdentServer } from "../../src/ident/ident-server.ts";
import { HiddenUser, NoUser } from "../../src/ident/wire/errors.ts";
import type { SocketAddress } from "../../src/ident/wire/proc-net-tcp.ts";
import type { Owner } from "../../src/ident/wire/response.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import { chunked } from "../support/chunkings.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";
import { UnreadTransport } from "../support/unread-transport.ts";
import "../support/quiet-logs.ts";

type Lookup = (server: SocketAddress, client: SocketAddress) => Owner | PromiseLike<Owner>;

class Connection extends IdentServer implements Reader<string> {
  readonly written: StringTransport;
  readonly #lookup: Lookup;

  constructor(lookup: Lookup, clock?: Clock, written = new StringTransport()) {
    super(clock);
    this.#lookup = lookup;
    this.written = written;
    this.makeConnection(written);
  }

  override lookup(server: SocketAddress, client: SocketAddress): Owner | PromiseLike<Owner> {
    return this.#lookup(server, client);
  }

  get events(): readonly string[] {
    return this.written.value().split("\r\n");
  }

  receive(chunk: Buffer): void {
    if (!this.written.disconnecting) this.dataReceived(chunk);
  }
}

const byPort: Lookup = ({ port }) => {
  if (port === 1) throw new NoUser();
  if (port === 2) throw new HiddenUser();
  if (port === 3) throw new Error("no table");
  if (port === 4) return ["UN:IX", "ada"];
  return ["UNIX", `user${port}`];
};

describe("IdentServer", () => {
  test("answers queries", () => {
    readsThreeWays(
      () => new Connection(byPort),
      "22, 40000\r\n1,2\r\n 2 , 2 \r\n3,2\r\n4,2\r\n0,2\r\n2,65536\r\n-1,2\r\n",
      [
        "22, 40000 : USERID : UNIX : user22",
        "1, 2 : ERROR : NO-USER",
        "2, 2 : ERROR : HIDDEN-USER",
        "3, 2 : ERROR : UNKNOWN-ERROR",
        "4, 2 : ERROR : UNKNOWN-ERROR",
        "0, 2 : ERROR : INVALID-PORT",
        "2, 65536 : ERROR : INVALID-PORT",
        "-1, 2 : ERROR : INVALID-PORT",
        "",
      ],
      "22, 4",
    );
  });

  test("asks about the addresses of its own connection", () => {
    const asked: SocketAddress[] = [];
    new Connection((...addresses) => {
      asked.push(...addresses);
      return ["UNIX", "ada"];
    }).dataReceived(Buffer.from("22, 40000\r\n"));
    assert.deepEqual(asked, [
      { host: "10.0.0.1", port: 22 },
      { host: "192.168.1.1", port: 40_000 },
    ]);
  });

  test("knows nobody unless lookup is overridden", () => {
    const server = new IdentServer();
    const transport = new StringTransport();
    server.makeConnection(transport);
    server.dataReceived(Buffer.from("22, 40000\r\n"));
    assert.equal(transport.value(), "22, 40000 : ERROR : UNKNOWN-ERROR\r\n");
  });

  test("answers in the order of the queries, and reads nothing while one waits", () => {
    const waiting: Deferred<Owner>[] = [];
    const connection = new Connection(() => {
      const answer = new Deferred<Owner>();
      waiting.push(answer);
      return answer;
    });
    connection.dataReceived(Buffer.from("1, 1\r\n2, 2\r\n"));
    assert.deepEqual([waiting.length, connection.written.producerState], [1, "paused"]);
    waiting[0]!.callback(["UNIX", "ada"]);
    waiting[1]!.errback(new NoUser());
    assert.deepEqual(connection.events, ["1, 1 : USERID : UNIX : ada", "2, 2 : ERROR : NO-USER", ""]);
    assert.equal(connection.written.producerState, "producing");
  });

  for (const line of ["hello\r\n", "1\r\n", "1,2,3\r\n", "\r\n", "1".repeat(1002)]) {
    test(`closes the connection for ${JSON.stringify(line.slice(0, 10))}`, () => {
      const connection = new Connection(byPort);
      connection.dataReceived(Buffer.from(line));
      assert.deepEqual([connection.written.disconnecting, connection.written.value()], [true, ""]);
    });
  }

  test("aborts a connection on which nothing happens, but not while it looks up", () => {
    const clock = new Clock();
    const answer = new Deferred<Owner>();
    const connection = new Connection(() => answer, clock);
    clock.advance(59);
    connection.receive(Buffer.from("1, 1\r\n"));
    clock.advance(200);
    assert.equal(connection.written.disconnecting, false);
    answer.callback(["UNIX", "ada"]);
    clock.advance(59);
    assert.equal(connection.written.disconnecting, false);
    clock.advance(62);
    assert.equal(connection.written.disconnecting, true);
    connection.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(clock.getDelayedCalls().length, 0);
  });

  test("reads no more queries while its answers are not read", () => {
    const transport = new UnreadTransport();
    const connection = new Connection(byPort, undefined, transport);
    for (let count = 0; count < 4000; count++) {
      if (transport.producerState === "producing") connection.receive(Buffer.from("22, 1\r\n22, 2\r\n"));
    }
    assert.equal(transport.producerState, "paused");
    const { length } = transport.value();
    assert.ok(length >= 65_536 && length < 140_000, `${length} bytes wait`);
    transport.drain();
    assert.equal(transport.producerState, "producing");
    connection.receive(Buffer.from("22, 3\r\n"));
    assert.match(transport.value(), /22, 3 : USERID : UNIX : user22\r\n$/);
  });

  test("any bytes give responses or the end, nothing else", () => {
    const line = fc.oneof(
      fc.constantFrom("22, 40000", "0,0", "1,2", "999999999999999,-0", "9999999999999999999999,1"),
      fc.string({ unit: "binary" }),
    );
    const streams = fc.array(line).map((lines) => Buffer.from(lines.map((text) => `${text}\r\n`).join("")));
    fc.assert(
      fc.property(chunked(streams), ({ bytes, chunks }) => {
        const [whole, cut] = [new Connection(byPort), new Connection(byPort)];
        whole.receive(bytes);
        for (const chunk of chunks) cut.receive(Buffer.from(chunk));
        assert.deepEqual(cut.events, whole.events);
        assert.match(whole.written.value(), /^(?:-?\d+, -?\d+ : (?:USERID : UNIX : user\d+|ERROR : [A-Z-]+)\r\n)*$/);
      }),
    );
  });
});
