import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { ConnectMachine, ConnectResponseError } from "../../../src/connect-proxy/wire/connect-machine.ts";
import type { ConnectRequest, ConnectResponse } from "../../../src/connect-proxy/wire/connect-machine.ts";
import { LocalProtocolError } from "../../../src/errors.ts";
import { readsThreeWays } from "../../support/three-ways.ts";
import type { Reader } from "../../support/three-ways.ts";

class Client implements Reader<ConnectResponse> {
  readonly events: ConnectResponse[] = [];
  readonly machine: ConnectMachine;

  constructor(maxHead = 1000) {
    this.machine = new ConnectMachine({ maxHead });
  }

  receive(chunk: Buffer): void {
    this.machine.receive(chunk);
    const event = this.machine.nextEvent();
    if (event !== "needData") this.events.push(event);
  }
}

function ask(request: Partial<ConnectRequest>): string {
  return new ConnectMachine().send({ host: "example.com", port: 443, ...request }).toString("latin1");
}

describe("ConnectMachine", () => {
  test("asks as HTTP/1.1 does", () => {
    assert.equal(ask({}), "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n");
    assert.match(ask({ host: "::1" }), /^CONNECT \[::1\]:443 /);
    assert.match(
      ask({ username: "ada", password: "sëcret" }),
      /\r\nProxy-Authorization: Basic YWRhOnPDq2NyZXQ=\r\n\r\n$/,
    );
    assert.match(ask({ headers: { "User-Agent": "Hawser" } }), /\r\nUser-Agent: Hawser\r\n/);
    for (const wrong of [
      { host: "a b" },
      { host: "a\r\nX: y" },
      { host: "" },
      { username: "a:b" },
      { headers: { "a b": "c" } },
      { headers: { a: "b\r\nc: d" } },
    ]) {
      assert.throws(() => ask(wrong), LocalProtocolError, JSON.stringify(wrong));
    }
  });

  test("reads answers three ways", () => {
    const ok = { status: 200, reason: "Connection established" };
    readsThreeWays(() => new Client(), "HTTP/1.1 200 Connection established\r\n\r\n", [ok], "HTTP/1.1 500 no\r\n\r\n");
    readsThreeWays(() => new Client(), "HTTP/1.0 200\r\nA: b\r\n\r\n", [{ status: 200, reason: "" }], "hello");
    readsThreeWays(() => new Client(), "HTTP/1.1 403 \nA: b\n\n", [{ status: 403, reason: "" }], "<html>");
    const later = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 Connection established\r\n\r\n";
    readsThreeWays(() => new Client(), later, [ok], "x");
  });

  test("leaves what is behind the answer", () => {
    const client = new Client();
    client.receive(Buffer.from("HTTP/1.1 200 OK\r\n\r\n\x16\x03\x01", "latin1"));
    assert.deepEqual([...client.machine.takeRest()], [0x16, 3, 1]);
  });

  test("refuses what is no answer at the first byte that shows it, and one that is too long", () => {
    for (const bytes of ["S", "HTTP/2", "\x05"]) {
      assert.throws(() => new Client().receive(Buffer.from(bytes)), ConnectResponseError);
    }
    for (const line of [
      "HTTP/1.1 20 OK",
      "HTTP/1.1 2000 OK",
      "HTTP/1.2 200 OK",
      "HTTP/1.1  200 OK",
      "HTTP/1.1 099 OK",
    ]) {
      assert.throws(() => new Client().receive(Buffer.from(`${line}\r\n\r\n`)), ConnectResponseError, line);
    }
    const endless = new Client(100);
    endless.receive(Buffer.from(`HTTP/1.1 200 ${"x".repeat(87)}`));
    assert.throws(() => endless.receive(Buffer.from("x")), /longer than 100/);
    endless.receive(Buffer.from("\r\n\r\n"));
    assert.deepEqual(endless.events, []);
  });

  test("any bytes give an answer or a ConnectResponseError", () => {
    const begins = fc.constantFrom("", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 C\r\n\r\n", "HTTP/1.");
    fc.assert(
      fc.property(begins, fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (begin, chunks) => {
        const client = new Client();
        try {
          client.receive(Buffer.from(begin));
          for (const chunk of chunks) client.receive(Buffer.from(chunk));
        } catch (error) {
          assert.ok(error instanceof ConnectResponseError);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
