import assert from "node:assert/strict";
import { test } from "node:test";
import { NodeTLSEngineFactory } from "../../../src/tls/node-tls-engine.ts";
import { TLSContext } from "../../../src/tls/tls-context.ts";
import type { TLSEngineEvents } from "../../../src/tls/tls-engine.ts";
import { ClientHelloReader } from "../../../src/tls/wire/client-hello.ts";
import type { ClientHello } from "../../../src/tls/wire/client-hello.ts";
import { until } from "../../conformance/running.ts";
import { readsThreeWays } from "../../support/three-ways.ts";

/** A reader that keeps what it was answered. */
function newReader(): { receive(chunk: Buffer): void; readonly events: ClientHello[] } {
  const reader = new ClientHelloReader();
  const events: ClientHello[] = [];
  return {
    events,
    receive(chunk) {
      const answer = events.length === 0 ? reader.receive(chunk) : "needData";
      if (answer !== "needData") events.push(answer);
      // Nothing of it is kept.
      chunk.fill(0);
    },
  };
}

function vector(size: 1 | 2 | 3, ...content: (Uint8Array | string)[]): Buffer {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part as string)));
  const length = Buffer.alloc(size);
  length.writeUIntBE(bytes.length, 0, size);
  return Buffer.concat([length, bytes]);
}

function serverName(name: string | Uint8Array, type = 0): Buffer {
  return Buffer.concat([Buffer.from([0, 0]), vector(2, vector(2, Buffer.from([type]), vector(2, name)))]);
}

const OTHER: Buffer = Buffer.concat([Buffer.from([0, 43]), vector(2, Buffer.from([2, 3, 4]))]);

function messageOf(extensions: readonly Buffer[], type = 1): Buffer {
  const body = [
    Buffer.alloc(34, 3),
    vector(1, Buffer.alloc(32)),
    vector(2, Buffer.alloc(6)),
    vector(1, Buffer.alloc(1)),
    vector(2, ...extensions),
  ];
  return Buffer.concat([Buffer.from([type]), vector(3, ...body)]);
}

/** `message` in records of `size` bytes. */
function records(message: Buffer, size = 16_384): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    parts.push(Buffer.from([22, 3, 1]), vector(2, message.subarray(at, at + size)));
  }
  return Buffer.concat(parts);
}

test("ClientHelloReader, finds the name, wherever it stands, in one record or in many", () => {
  for (const extensions of [
    [serverName("a.example")],
    [OTHER, serverName("a.example")],
    [OTHER, serverName("a.example"), OTHER],
  ]) {
    for (const size of [16_384, 100, 5, 3, 1]) {
      const hello = records(messageOf(extensions), size);
      readsThreeWays(newReader, hello, [{ serverName: "a.example" }], "\x14\x03\x03\x00\x01\x01");
    }
  }
});

test("ClientHelloReader, a message that asks for no name, or is broken, has none", () => {
  const whole = messageOf([serverName("a.example")]);
  const broken: [string, Buffer][] = [
    ["no extensions", records(messageOf([]))],
    ["others", records(messageOf([OTHER, OTHER]))],
    ["an empty name", records(messageOf([serverName("")]))],
    ["a name with a zero", records(messageOf([serverName("a\0b")]))],
    ["a name of another type", records(messageOf([serverName("a.example", 1)]))],
    ["a list without a name", records(messageOf([Buffer.from([0, 0, 0, 2, 0, 0])]))],
    ["an extension that is too long", records(messageOf([Buffer.from([0, 0, 0, 9, 0, 7, 0, 0, 5, 65])]))],
    ["an extension that is cut off", records(messageOf([Buffer.from([0])]))],
    ["another message", records(messageOf([serverName("a.example")], 2))],
    ["a message that is too long", records(Buffer.from([1, 2, 0, 1]))],
    ["a body that is cut off", records(Buffer.concat([Buffer.from([1]), vector(3, whole.subarray(4, 38))]))],
    ["an empty record", Buffer.from([22, 3, 1, 0, 0])],
    ["a long record", Buffer.from([22, 3, 1, 0x40, 1])],
    ["an alert", Buffer.from([21, 3, 1, 0, 2, 2, 80])],
    ["text", Buffer.from("GET / HTTP/1.1\r\n\r\n")],
  ];
  for (const [what, bytes] of broken) {
    const reader = newReader();
    reader.receive(Buffer.from(bytes));
    assert.deepEqual(reader.events, [{ serverName: undefined }], what);
  }
});

test("ClientHelloReader, any bytes give an answer or a wait, nothing else", () => {
  const whole = records(messageOf([OTHER, serverName("a.example")]), 40);
  for (let at = 0; at < whole.length; at++) {
    for (const change of [0x00, 0xff, 0x16, whole[at]! ^ 1]) {
      const bytes = Buffer.from(whole);
      bytes[at] = change;
      const answer = new ClientHelloReader().receive(bytes);
      assert.ok(answer === "needData" || answer.serverName === undefined || answer.serverName.length <= 9);
    }
    assert.equal(new ClientHelloReader().receive(whole.subarray(0, at)), "needData");
  }
});

test("ClientHelloReader, reads what a library sends", async () => {
  const sent: Uint8Array[] = [];
  const events = { ciphertext: (data: Uint8Array) => sent.push(Buffer.from(data)) } as unknown as TLSEngineEvents;
  const context = new TLSContext({ serverName: "www.example.com", alpnProtocols: ["h2"] });
  const engine = new NodeTLSEngineFactory().makeEngine(context, "client", events);
  engine.start();
  await until(() => sent.length > 0, "the first message");
  assert.deepEqual(new ClientHelloReader().receive(Buffer.concat(sent)), { serverName: "www.example.com" });
  engine.destroy();
});
