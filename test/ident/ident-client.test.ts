import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Failure } from "../../src/deferred/failure.ts";
import { IdentClient } from "../../src/ident/ident-client.ts";
import { HiddenUser, IdentError, InvalidPort } from "../../src/ident/wire/errors.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import { chunked } from "../support/chunkings.ts";
import { readsThreeWays } from "../support/three-ways.ts";
import type { Reader } from "../support/three-ways.ts";
import "../support/quiet-logs.ts";

/** A client that has asked three questions, and what it has heard. */
class Asking implements Reader<string> {
  readonly events: string[] = [];
  readonly client: IdentClient = new IdentClient();
  readonly transport: StringTransport = new StringTransport();

  constructor() {
    this.client.makeConnection(this.transport);
    for (const port of [1, 2, 3]) {
      this.client.lookup(port, 9).addCallbacks(
        (owner) => void this.events.push(`${port} ${owner.join(" ")}`),
        (failure) => void this.events.push(`${port} ${(failure.value as Error).name}`),
      );
    }
  }

  receive(chunk: Buffer): void {
    if (!this.transport.disconnecting) this.client.dataReceived(chunk);
  }
}

function connect(): { client: IdentClient; transport: StringTransport; receive: (text: string) => void } {
  const client = new IdentClient();
  const transport = new StringTransport();
  client.makeConnection(transport);
  return { client, transport, receive: (text) => client.dataReceived(Buffer.from(text)) };
}

describe("IdentClient", () => {
  test("asks one question after the other", () => {
    const { client, transport, receive } = connect();
    const answers = [client.lookup(22, 1), client.lookup(23, 2), client.lookup(24, 3)];
    assert.equal(transport.value(), "22, 1\r\n");
    receive("22, 1 : USERID : UNIX : ada\r\n");
    assert.deepEqual(successResultOf(answers[0]!), ["UNIX", "ada"]);
    assert.equal(transport.value(), "22, 1\r\n23, 2\r\n");
    receive("23, 2 : ERROR : HIDDEN-USER\r\n24, 3 : USERID : OTHER : bob\r\n");
    assert.ok(failureResultOf(answers[1]!).value instanceof HiddenUser);
    assert.deepEqual(successResultOf(answers[2]!), ["OTHER", "bob"]);
  });

  test("asks behind the others what an answer leads to", () => {
    const { client, transport, receive } = connect();
    const third = client.lookup(1, 1).addCallback(() => client.lookup(3, 3));
    assertNoResult(client.lookup(2, 2));
    receive("1, 1 : USERID : UNIX : ada\r\n");
    receive("2, 2 : USERID : UNIX : ada\r\n");
    assert.equal(transport.value(), "1, 1\r\n2, 2\r\n3, 3\r\n");
    receive("3, 3 : USERID : UNIX : bob\r\n");
    assert.deepEqual(successResultOf(third), ["UNIX", "bob"]);
  });

  test("fails for what is no answer, or one to another question, and goes on", () => {
    for (const line of [
      "",
      "hello",
      "22, 2 : USERID : UNIX : ada",
      "23, 1 : USERID : UNIX : ada",
      "22, 1 : USERID : x",
    ]) {
      const { client, receive } = connect();
      const [first, second] = [client.lookup(22, 1), client.lookup(9, 9)];
      receive(`${line}\r\n9, 9 : USERID : UNIX : bob\r\n`);
      assert.equal((failureResultOf(first).value as Error).name, "IdentError", line);
      assert.deepEqual(successResultOf(second), ["UNIX", "bob"]);
    }
  });

  test("reads answers, however they are cut", () => {
    readsThreeWays(
      () => new Asking(),
      "1,9 : USERID : UNIX, US-ASCII : ada : lovelace\r\n2 , 9 : ERROR : NO-USER\r\n3, 9 : what\r\n",
      ["1 UNIX ada : lovelace", "2 NoUser", "3 IdentError"],
      "4, 9 : USERID : UNIX : bob\r\n",
    );
  });

  test("any bytes give answers or failures, in order, and nothing else", () => {
    const line = fc.oneof(
      fc.constantFrom("1, 9 : USERID : UNIX : ada", "2, 9 : ERROR : HIDDEN-USER", "3, 9 : USERID : UNIX"),
      fc.string({ unit: "binary" }),
    );
    const streams = fc.array(line).map((lines) => Buffer.from(lines.map((text) => `${text}\r\n`).join("")));
    fc.assert(
      fc.property(chunked(streams), ({ bytes, chunks }) => {
        const [whole, cut] = [new Asking(), new Asking()];
        whole.receive(bytes);
        for (const chunk of chunks) cut.receive(Buffer.from(chunk));
        assert.deepEqual(cut.events, whole.events);
        const failed = new Failure(new ConnectionDone());
        whole.client.connectionLost(failed);
        assert.deepEqual(
          whole.events.map((event) => event[0]),
          ["1", "2", "3"],
        );
      }),
    );
  });

  test("passes over what was not asked", () => {
    const { client, receive } = connect();
    receive("22, 1 : USERID : UNIX : eve\r\n");
    const answer = client.lookup(22, 1);
    assertNoResult(answer);
    receive("22, 1 : USERID : UNIX : ada\r\n");
    assert.deepEqual(successResultOf(answer), ["UNIX", "ada"]);
  });

  test("fails for ports that are none, and asks nothing", () => {
    const { client, transport } = connect();
    for (const port of [0, 65_536, 1.5]) {
      assert.ok(failureResultOf(client.lookup(port, 1)).value instanceof InvalidPort);
      assert.ok(failureResultOf(client.lookup(1, port)).value instanceof InvalidPort);
    }
    assert.equal(transport.value(), "");
  });

  test("fails when the connection is lost, and after it", () => {
    const { client } = connect();
    const again = client.lookup(1, 1).addErrback(() => client.lookup(1, 1));
    const other = client.lookup(2, 2);
    client.connectionLost(new Failure(new ConnectionDone()));
    assert.match((failureResultOf(again).value as Error).message, /connection is lost/);
    const { value } = failureResultOf(other);
    assert.ok(value instanceof IdentError && value.cause instanceof ConnectionDone);
  });

  test("closes the connection when a line is too long", () => {
    const { transport, receive } = connect();
    receive("x".repeat(1002));
    assert.equal(transport.disconnecting, true);
  });

  test("any line gives an owner or an IdentError", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const { client, receive } = connect();
        let end: unknown;
        client.lookup(1, 2).addBoth((result) => (end = result));
        receive(`1, 2 :${text.replaceAll("\r\n", "")}\r\n`);
        assert.ok(Array.isArray(end) || (end instanceof Failure && end.value instanceof IdentError));
      }),
    );
  });
});
