import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { Failure } from "../../src/deferred/failure.ts";
import { TCP4ClientEndpoint } from "../../src/endpoint/tcp.ts";
import { DEFAULT_PORT, FingerClient, finger } from "../../src/finger/finger-client.ts";
import { AnswerTooLong, InvalidQuery } from "../../src/finger/wire/errors.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone, ConnectionLost } from "../../src/transport/errors.ts";
import { chunked } from "../support/chunkings.ts";

function connect(maxLength = 100): {
  client: FingerClient;
  transport: StringTransport;
  receive: (text: string) => void;
} {
  const client = new FingerClient("ada\r\n", maxLength);
  const transport = new StringTransport();
  client.makeConnection(transport);
  return { client, transport, receive: (text) => client.dataReceived(Buffer.from(text)) };
}

const DONE = new Failure(new ConnectionDone());

describe("FingerClient", () => {
  test("asks, and answers what has come when the connection is closed", () => {
    const { client, transport, receive } = connect();
    assert.equal(transport.value(), "ada\r\n");
    receive("Login: ada\r\nPl");
    receive("an: \x1b[2Jnone\r\n");
    assertNoResult(client.answer);
    client.connectionLost(DONE);
    assert.equal(successResultOf(client.answer), "Login: ada\nPlan: [2Jnone\n");
  });

  test("fails with the reason when the connection is lost", () => {
    const { client, receive } = connect();
    receive("Login");
    client.connectionLost(new Failure(new ConnectionLost()));
    assert.ok(failureResultOf(client.answer).value instanceof ConnectionLost);
  });

  test("takes an answer as long as the limit, and no longer one", () => {
    const fits = connect(4);
    fits.receive("1234");
    fits.client.connectionLost(DONE);
    assert.equal(successResultOf(fits.client.answer), "1234");
    const { client, transport, receive } = connect(4);
    receive("123");
    receive("45");
    assert.equal(transport.aborting, true);
    receive("6");
    client.connectionLost(DONE);
    assert.ok(failureResultOf(client.answer).value instanceof AnswerTooLong);
  });

  test("aborts the connection when it is cancelled", () => {
    const { client, transport } = connect();
    client.answer.cancel();
    assert.equal(transport.aborting, true);
    assert.equal((failureResultOf(client.answer).value as Error).name, "CancelledError");
    client.connectionLost(DONE);
  });

  test("any bytes give their text, however they are cut", () => {
    fc.assert(
      fc.property(chunked(fc.uint8Array({ maxLength: 90 }).map((bytes) => Buffer.from(bytes))), ({ bytes, chunks }) => {
        const [whole, cut] = [connect(), connect()];
        whole.client.dataReceived(bytes);
        for (const chunk of chunks) cut.client.dataReceived(Buffer.from(chunk));
        whole.client.connectionLost(DONE);
        cut.client.connectionLost(DONE);
        const answer = successResultOf(whole.client.answer);
        assert.equal(successResultOf(cut.client.answer), answer);
        assert.doesNotMatch(answer, /[^\t\n\P{Cc}]/u);
      }),
    );
  });
});

describe("finger", () => {
  const endpoint = (reactor: MemoryReactor): TCP4ClientEndpoint =>
    new TCP4ClientEndpoint(reactor, "192.0.2.1", DEFAULT_PORT);

  test("connects, and asks", () => {
    const reactor = new MemoryReactor();
    const answer = finger(endpoint(reactor), "ada@host", { isVerbose: true });
    const client = reactor.tcpClients[0]!.factory.buildProtocol(new StringTransport().getPeer())!;
    const transport = new StringTransport();
    client.makeConnection(transport);
    assert.equal(transport.value(), "/W ada@host\r\n");
    client.dataReceived(Buffer.from("nobody\r\n"));
    client.connectionLost(DONE);
    assert.equal(successResultOf(answer), "nobody\n");
  });

  test("connects nowhere for what is no name, or no limit", () => {
    const reactor = new MemoryReactor();
    assert.ok(failureResultOf(finger(endpoint(reactor), "a b")).value instanceof InvalidQuery);
    assert.throws(() => finger(endpoint(reactor), "", { maxLength: -1 }), RangeError);
    assert.equal(reactor.tcpClients.length, 0);
  });
});
