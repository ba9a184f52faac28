import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import type { Answer } from "../../src/wire-services/answer.ts";
import { AnsweringProtocol } from "../../src/wire-services/answering-protocol.ts";
import { complaints } from "../conformance/datagram-fixtures.ts";
import "../support/quiet-logs.ts";

class Answering extends AnsweringProtocol {
  readonly #say: () => Answer;
  constructor(say: () => Answer) {
    super();
    this.#say = say;
  }
  protected override answer(): Answer {
    return this.#say();
  }
}

function connect(say: () => Answer): { protocol: Answering; transport: StringTransport } {
  const protocol = new Answering(say);
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  return { protocol, transport };
}

describe("AnsweringProtocol", () => {
  test("says its answer at once and closes", () => {
    const { transport } = connect(() => Uint8Array.of(104, 105));
    assert.equal(transport.value(), "hi");
    assert.equal(transport.disconnecting, true);
    assert.equal(transport.aborting, false);
  });

  test("waits for an answer that takes time; what is received meanwhile is dropped", () => {
    const later = new Deferred<string>();
    const { protocol, transport } = connect(() => later);
    protocol.dataReceived(Buffer.from("well?"));
    assert.equal(transport.value(), "");
    assert.equal(transport.disconnecting, false);
    later.callback("hi");
    assert.equal(transport.value(), "hi");
    assert.equal(transport.disconnecting, true);
  });

  test("takes a promise", async () => {
    const { transport } = connect(() => Promise.resolve("hi"));
    while (!transport.disconnecting) await new Promise((resolve) => setImmediate(resolve));
    assert.equal(transport.value(), "hi");
  });

  for (const [how, say] of [
    [
      "throws",
      (): string => {
        throw new RangeError("Nothing to say");
      },
    ],
    [
      "fails",
      (): Deferred<string> => {
        const failed = new Deferred<string>();
        failed.errback(new RangeError("Nothing to say"));
        return failed;
      },
    ],
  ] as const) {
    test(`logs an answer that ${how}, and closes`, (t) => {
      const texts = complaints(t);
      const { transport } = connect(say);
      assert.equal(transport.disconnecting, true);
      assert.equal(transport.value(), "");
      assert.deepEqual(texts, [`${LogLevel.critical.name}: Nothing to say`]);
    });
  }

  test("gives up the answer when the connection is lost", (t) => {
    const texts = complaints(t);
    let cancelled = false;
    const later = new Deferred<string>(() => (cancelled = true));
    const { protocol, transport } = connect(() => later);
    protocol.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(cancelled, true);
    assert.equal(transport.value(), "");
    assert.deepEqual(texts, []);
  });
});
