import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { LocalProtocolError, RemoteProtocolError } from "../../../src/errors.ts";
import { SOCKSProtocolError } from "../../../src/socks/wire/errors.ts";
import { SOCKSServerMachine } from "../../../src/socks/wire/server-machine.ts";
import type { ServerEvent } from "../../../src/socks/wire/server-machine.ts";
import { readsThreeWays } from "../../support/three-ways.ts";
import type { Reader } from "../../support/three-ways.ts";

/** Reads all that there is, and answers whatever lets it go on. */
class Server implements Reader<ServerEvent> {
  readonly events: ServerEvent[] = [];
  readonly machine: SOCKSServerMachine = new SOCKSServerMachine();

  receive(chunk: Buffer): void {
    this.machine.receive(chunk);
    for (let event = this.machine.nextEvent(); event !== "needData"; event = this.machine.nextEvent()) {
      this.events.push(event);
      if (event.type === "methods") this.machine.send({ type: "method", method: event.methods.includes(2) ? 2 : 0 });
      if (event.type === "credentials") this.machine.send({ type: "credentials checked", accepted: true });
    }
  }
}

const anonymous = "\x05\x01\x00";
const name = `\x05\x01\x00\x03\x0bexample.com\x00\x50`;

describe("SOCKSServerMachine", () => {
  test("reads version 5 three ways", () => {
    const request: ServerEvent = { type: "request", command: "connect", userID: "", host: "example.com", port: 80 };
    const methods: ServerEvent = { type: "methods", methods: [0] };
    readsThreeWays(() => new Server(), anonymous + name, [methods, request], "GET / HTTP/1.0\r\n\r\n");
    const credentials = "\x05\x02\x00\x02\x01\x03ada\x06secret";
    const asked: ServerEvent[] = [
      { type: "methods", methods: [0, 2] },
      { type: "credentials", username: "ada", password: "secret" },
      request,
    ];
    readsThreeWays(() => new Server(), credentials + name, asked, "\x05");
    const udp = Buffer.from(`${anonymous}\x05\x03\x00\x04${"\0".repeat(15)}\x01\x01\x00`, "latin1");
    const associate: ServerEvent = { type: "request", command: "udp associate", userID: "", host: "::1", port: 256 };
    readsThreeWays(() => new Server(), udp, [methods, associate], "\x05\x01");
  });

  test("reads version 4 and 4a three ways", () => {
    const four: ServerEvent = { type: "request", command: "bind", userID: "ada", host: "1.2.3.4", port: 80 };
    readsThreeWays(() => new Server(), "\x04\x02\x00\x50\x01\x02\x03\x04ada\x00", [four], "\x04\x01");
    const named: ServerEvent = { type: "request", command: "connect", userID: "", host: "example.com", port: 80 };
    readsThreeWays(() => new Server(), "\x04\x01\x00\x50\x00\x00\x00\x07\x00example.com\x00", [named], "GET");
    const unspecified: ServerEvent = { type: "request", command: "connect", userID: "", host: "0.0.0.0", port: 80 };
    readsThreeWays(() => new Server(), "\x04\x01\x00\x50\x00\x00\x00\x00\x00", [unspecified], "GET");
  });

  test("leaves what is behind the request", () => {
    const server = new Server();
    server.receive(Buffer.from(`${anonymous}${name}rest`, "latin1"));
    assert.equal(server.machine.takeRest().toString(), "rest");
    assert.equal(server.machine.takeRest().length, 0);
    assert.equal(server.machine.version, 5);
  });

  test("answers in the words of the version", () => {
    const five = new Server();
    five.receive(Buffer.from(anonymous + name, "latin1"));
    const place = { host: "192.0.2.1", port: 258 };
    const reply = five.machine.send({ type: "reply", outcome: "succeeded", address: place });
    assert.deepEqual([...reply], [5, 0, 0, 1, 192, 0, 2, 1, 1, 2]);
    assert.deepEqual([...five.machine.send({ type: "reply", outcome: "not allowed" })], [5, 2, 0, 1, 0, 0, 0, 0, 0, 0]);
    const four = new Server();
    four.receive(Buffer.from("\x04\x01\x00\x50\x01\x02\x03\x04\x00", "latin1"));
    assert.deepEqual(
      [...four.machine.send({ type: "reply", outcome: "succeeded", address: place })],
      [0, 90, 1, 2, 192, 0, 2, 1],
    );
    assert.deepEqual(
      [...four.machine.send({ type: "reply", outcome: "failed", address: { host: "::1", port: 1 } })],
      [0, 91, 0, 1, 0, 0, 0, 0],
    );
  });

  test("is over when it has refused", () => {
    const machine = new SOCKSServerMachine();
    machine.receive(Buffer.from("\x05\x01\x80", "latin1"));
    machine.nextEvent();
    assert.deepEqual([...machine.send({ type: "method", method: undefined })], [5, 255]);
    machine.receive(Buffer.from(name, "latin1"));
    assert.equal(machine.nextEvent(), "needData");
    assert.throws(() => machine.send({ type: "reply", outcome: "succeeded" }), LocalProtocolError);
    assert.throws(() => machine.send({ type: "credentials checked", accepted: true }), LocalProtocolError);
    const other = new SOCKSServerMachine();
    other.receive(Buffer.from("\x05\x01\x02\x01\x01a\x01b", "latin1"));
    other.nextEvent();
    other.send({ type: "method", method: 2 });
    other.nextEvent();
    assert.deepEqual([...other.send({ type: "credentials checked", accepted: false })], [1, 1]);
    other.receive(Buffer.from(name, "latin1"));
    assert.equal(other.nextEvent(), "needData");
  });

  test("commands and addresses that there are not are said to be so", () => {
    const server = new Server();
    server.receive(Buffer.from(`${anonymous}\x05\x09\x00\x01\x01\x02\x03\x04\x00\x50`, "latin1"));
    assert.equal((server.events.at(-1) as { command?: string }).command, undefined);
    const other = new Server();
    other.receive(Buffer.from(`${anonymous}\x05\x01\x00\x07`, "latin1"));
    assert.deepEqual(other.events.at(-1), { type: "unreadable request", outcome: "address not supported" });
    const four = new Server();
    four.receive(Buffer.from("\x04\x03\x00\x50\x01\x02\x03\x04\x00", "latin1"));
    assert.equal((four.events.at(-1) as { command?: string }).command, undefined);
  });

  test("refuses what is none, and versions that are not spoken", () => {
    for (const bytes of ["\x03", "G", "\x05\x01\x00\x04", "\x05\x01\x02\x02"]) {
      assert.throws(
        () => new Server().receive(Buffer.from(bytes, "latin1")),
        SOCKSProtocolError,
        JSON.stringify(bytes),
      );
    }
    const only4 = new SOCKSServerMachine({ versions: [4] });
    only4.receive(Buffer.of(5));
    assert.throws(() => only4.nextEvent(), /begins with 5, expected 4/);
    only4.receive(Buffer.from("\x04\x01\x00\x50\x01\x02\x03\x04\x00", "latin1"));
    assert.equal(only4.nextEvent(), "needData");
  });

  test("a name has no end", () => {
    const server = new Server();
    server.receive(Buffer.from(`\x04\x01\x00\x50\x00\x00\x00\x01${"u".repeat(255)}`, "latin1"));
    assert.throws(() => server.receive(Buffer.from("u")), /longer than 255/);
    const host = new Server();
    assert.throws(
      () => host.receive(Buffer.from(`\x04\x01\x00\x50\x00\x00\x00\x01\x00${"h".repeat(256)}`, "latin1")),
      /maxText/,
    );
  });

  test("any bytes give events or a RemoteProtocolError", () => {
    const begins = fc.constantFrom(
      "",
      anonymous,
      anonymous + name,
      "\x04\x01\x00\x50\x00\x00\x00\x01",
      "\x05\x01\x02\x01",
    );
    fc.assert(
      fc.property(begins, fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 5 }), (begin, chunks) => {
        const server = new Server();
        try {
          server.receive(Buffer.from(begin, "latin1"));
          for (const chunk of chunks) server.receive(Buffer.from(chunk));
        } catch (error) {
          assert.ok(error instanceof RemoteProtocolError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
