import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { Finger } from "../../src/finger/finger.ts";
import type { FingerAnswer } from "../../src/finger/finger.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import { chunked } from "../support/chunkings.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";
import "../support/quiet-logs.ts";

class Server extends Finger {
  override getDomain(isVerbose: boolean): FingerAnswer {
    return `everybody ${isVerbose}`;
  }

  override getUser(isVerbose: boolean, user: string): FingerAnswer {
    if (user === "eve") throw new Error("secret");
    return user === "bob" ? Promise.reject(new Error("secret")) : `${user} ${isVerbose}\n\x1b[2J`;
  }

  override forwardQuery(isVerbose: boolean, user: string, host: string): FingerAnswer {
    return `${user} at ${host} ${isVerbose}`;
  }
}

/** A server, and what it has written; "closed" at the end where it has closed the connection. */
class Connection implements Reader<string> {
  readonly server: Finger;
  readonly transport: StringTransport = new StringTransport();

  constructor(server: Finger = new Server()) {
    this.server = server;
    server.makeConnection(this.transport);
  }

  get events(): readonly string[] {
    const lines = this.transport.value().split("\r\n");
    return this.transport.disconnecting ? [...lines, "closed"] : lines;
  }

  receive(chunk: Buffer | string): void {
    if (!this.transport.disconnecting) this.server.dataReceived(Buffer.from(chunk as string));
  }
}

describe("Finger", () => {
  for (const [question, ...answer] of [
    ["", "everybody false"],
    ["/W", "everybody true"],
    ["ada", "ada false", "[2J"],
    ["/W ada", "ada true", "[2J"],
    ["/w ada@one@two", "ada@one at two true"],
    ["a b", "This is no question about a user"],
    ["eve", "No answer can be had"],
  ] as const) {
    test(`answers ${JSON.stringify(question)}, and closes the connection`, () => {
      readsThreeWays(() => new Connection(), `${question}\r\n`, [...answer, "", "closed"], "bob\r\n");
    });
  }

  test("denies everything unless it is overridden", () => {
    for (const [question, answer] of [
      ["", "Finger online list denied\r\n"],
      ["ada", "Login: ada\r\nNo such user\r\n"],
      ["ada@host", "Finger forwarding service denied\r\n"],
    ] as const) {
      const connection = new Connection(new Finger());
      connection.receive(`${question}\r\n`);
      assert.equal(connection.transport.value(), answer);
    }
  });

  test("answers later, and only the first question", () => {
    const answer = new Deferred<string>();
    const server = new Server();
    server.getDomain = () => answer;
    const connection = new Connection(server);
    connection.receive("\r\nada\r\n");
    assert.deepEqual(connection.events, [""]);
    answer.callback("late");
    assert.deepEqual(connection.events, ["late", "", "closed"]);
  });

  test("tells nobody why there is no answer", async () => {
    const connection = new Connection();
    connection.receive("bob\r\n");
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(connection.events, ["No answer can be had", "", "closed"]);
  });

  test("closes the connection when a line is too long", () => {
    const connection = new Connection();
    connection.receive("x".repeat(1002));
    assert.deepEqual(connection.events, ["", "closed"]);
  });

  test("with a clock, aborts the connection where no question comes", () => {
    const clock = new Clock();
    const { server, transport } = new Connection(new Server(clock));
    clock.advance(59);
    server.dataReceived(Buffer.from("ad"));
    assert.equal(transport.disconnecting, false);
    clock.advance(1);
    assert.equal(transport.disconnecting, true);
    server.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(clock.getDelayedCalls().length, 0);
  });

  test("with a clock, waits for its own answer, and not for a peer that does not take it", () => {
    const clock = new Clock();
    const answer = new Deferred<string>();
    const server = new Server(clock);
    server.timeOut = 5;
    server.getDomain = () => answer;
    const connection = new Connection(server);
    const aborted: string[] = [];
    connection.transport.abortConnection = () => void aborted.push("aborted");
    connection.receive("\r\n");
    clock.pump([5, 5, 5, 4]);
    answer.callback("late");
    assert.deepEqual(connection.events, ["late", "", "closed"]);
    clock.advance(4);
    assert.deepEqual(aborted, []);
    clock.advance(5);
    assert.deepEqual(aborted, ["aborted"]);
  });

  test("any bytes give at most one answer, of plain text, and nothing else", () => {
    const line = fc.oneof(fc.constantFrom("ada", "/W", "a@b", ""), fc.string({ unit: "binary" }));
    const streams = fc
      .array(line, { maxLength: 3 })
      .map((lines) => Buffer.from(lines.map((text) => `${text}\r\n`).join("")));
    fc.assert(
      fc.property(chunked(streams), ({ bytes, chunks }) => {
        const [whole, cut] = [new Connection(), new Connection()];
        whole.receive(bytes);
        for (const chunk of chunks) cut.receive(chunk);
        assert.deepEqual(cut.events, whole.events);
        assert.match(whole.transport.value(), /^(?:[\t\P{Cc}]*\r\n)*$/u);
      }),
    );
  });
});
