import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { LocalProtocolError, RemoteProtocolError } from "../../../src/errors.ts";
import { SOCKSClientMachine } from "../../../src/socks/wire/client-machine.ts";
import type { ClientEvent } from "../../../src/socks/wire/client-machine.ts";
import { SOCKSProtocolError } from "../../../src/socks/wire/errors.ts";
import { SOCKSServerMachine } from "../../../src/socks/wire/server-machine.ts";
import type { ServerEvent } from "../../../src/socks/wire/server-machine.ts";
import { readsThreeWays } from "../../support/three-ways.ts";
import type { Reader } from "../../support/three-ways.ts";
import { anyAddress } from "../any-address.ts";

const request = { type: "request", command: "connect", host: "example.com", port: 80 } as const;

/** Asks, answers whatever lets it go on, and reads one reply. */
class Client implements Reader<ClientEvent> {
  readonly events: ClientEvent[] = [];
  readonly machine: SOCKSClientMachine;

  constructor(version: 4 | 5) {
    this.machine = new SOCKSClientMachine(version);
    this.machine.send(version === 4 ? request : { type: "methods", methods: [0, 2] });
  }

  receive(chunk: Buffer): void {
    this.machine.receive(chunk);
    while (this.events.at(-1)?.type !== "reply") {
      const event = this.machine.nextEvent();
      if (event === "needData") return;
      this.events.push(event);
      if (event.type === "method" && event.method === 2)
        this.machine.send({ type: "credentials", username: "ada", password: "" });
      else if (event.type !== "reply") this.machine.send(request);
    }
  }
}

const reply5 = "\x05\x00\x00\x01\x01\x02\x03\x04\x00\x50";
const reply: ClientEvent = { type: "reply", outcome: "succeeded", host: "1.2.3.4", port: 80 };

describe("SOCKSClientMachine", () => {
  test("reads the answers of both versions three ways", () => {
    readsThreeWays(() => new Client(5), `\x05\x00${reply5}`, [{ type: "method", method: 0 }, reply], "hello");
    readsThreeWays(
      () => new Client(5),
      `\x05\x02\x01\x00${reply5}`,
      [{ type: "method", method: 2 }, { type: "credentials checked", accepted: true }, reply],
      "hello",
    );
    readsThreeWays(() => new Client(4), "\x00\x5a\x00\x50\x01\x02\x03\x04", [reply], "hello");
  });

  test("leaves what is behind the reply", () => {
    const client = new Client(5);
    client.receive(Buffer.from(`\x05\x00${reply5}hello`, "latin1"));
    assert.equal(client.machine.takeRest().toString(), "hello");
  });

  test("what it sends, a server reads", () => {
    fc.assert(
      fc.property(
        anyAddress,
        fc.string({ maxLength: 60 }).filter((text) => !text.includes("\0")),
        (address, text) => {
          const username = `u${text}`;
          const server = new SOCKSServerMachine();
          const client = new SOCKSClientMachine(5);
          const events: (ServerEvent | "needData")[] = [];
          const hear = (bytes: Buffer): void => {
            server.receive(bytes);
            events.push(server.nextEvent());
          };
          hear(client.send({ type: "methods", methods: [2] }));
          server.send({ type: "method", method: 2 });
          hear(client.send({ type: "credentials", username, password: text }));
          server.send({ type: "credentials checked", accepted: true });
          hear(client.send({ type: "request", command: "bind", ...address }));
          assert.deepEqual(events, [
            { type: "methods", methods: [2] },
            { type: "credentials", username, password: text },
            { type: "request", command: "bind", userID: "", ...address },
          ]);
          client.receive(server.send({ type: "reply", outcome: "host unreachable", address }));
          assert.deepEqual(client.nextEvent(), { type: "reply", outcome: "host unreachable", ...address });
        },
      ),
    );
    const four = new SOCKSServerMachine();
    four.receive(new SOCKSClientMachine(4).send({ ...request, userID: "ada" }));
    assert.deepEqual(four.nextEvent(), { ...request, userID: "ada" });
    const other = new SOCKSServerMachine();
    other.receive(new SOCKSClientMachine(4).send({ ...request, host: "1.2.3.4" }));
    assert.deepEqual(other.nextEvent(), { ...request, host: "1.2.3.4", userID: "" });
  });

  test("refuses to send what cannot be sent", () => {
    const four = new SOCKSClientMachine(4);
    for (const wrong of [{ host: "::1" }, { host: "" }, { userID: "a\0b" }, { command: "udp associate" as const }]) {
      assert.throws(() => four.send({ ...request, ...wrong }), LocalProtocolError, JSON.stringify(wrong));
    }
    const five = new SOCKSClientMachine(5);
    for (const [username, password] of [
      ["", "x"],
      ["x".repeat(256), ""],
      ["x", "y".repeat(256)],
    ] as const) {
      assert.throws(() => five.send({ type: "credentials", username, password }), LocalProtocolError);
    }
  });

  test("refuses what is no answer, and methods that it does not know", () => {
    for (const [version, bytes] of [
      [5, "\x04"],
      [5, "\x05\x00\x04"],
      [5, "\x05\x02\x05"],
      [5, "\x05\x00\x05\x00\x00\x09"],
      [4, "\x05"],
      [4, "\x00\x00\x00\x50\x01\x02\x03\x04"],
    ] as const) {
      const client = new Client(version);
      assert.throws(() => client.receive(Buffer.from(bytes, "latin1")), SOCKSProtocolError, JSON.stringify(bytes));
      client.machine.receive(Buffer.from(reply5, "latin1"));
      assert.equal(client.machine.nextEvent(), "needData");
    }
    const unknown = new SOCKSClientMachine(5);
    unknown.send({ type: "methods", methods: [0] });
    unknown.receive(Buffer.of(5, 255));
    assert.deepEqual(unknown.nextEvent(), { type: "method", method: undefined });
  });

  test("any bytes give events or a RemoteProtocolError", () => {
    const begins = fc.constantFrom("", "\x05\x00", "\x05\x02\x01\x00", "\x05\x00\x05\x00\x00");
    fc.assert(
      fc.property(
        fc.constantFrom(4, 5),
        begins,
        fc.array(fc.uint8Array({ maxLength: 20 })),
        (version, begin, chunks) => {
          const client = new Client(version);
          try {
            client.receive(Buffer.from(begin, "latin1"));
            for (const chunk of chunks) client.receive(Buffer.from(chunk));
          } catch (error) {
            assert.ok(error instanceof RemoteProtocolError);
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
