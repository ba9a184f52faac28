/** What is done before there is an engine, and that it is done to the engine then; connections are in `test/conformance/tls.ts`. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ChoosingEngine } from "../../src/tls/choosing-engine.ts";
import { NodeTLSEngineFactory } from "../../src/tls/node-tls-engine.ts";
import { TLSContext } from "../../src/tls/tls-context.ts";
import type { ContextForServerName } from "../../src/tls/tls-context.ts";
import type { TLSEngine, TLSEngineEvents, TLSEngineFactory } from "../../src/tls/tls-engine.ts";
import { until } from "../conformance/running.ts";

interface Made {
  readonly engine: ChoosingEngine;
  /** What the engine of the chosen context is told. */
  readonly calls: string[];
  /** What is reported. */
  readonly events: string[];
}

const CHOSEN = new TLSContext({ alpnProtocols: ["chosen"] });

function make(contextForServerName: ContextForServerName, borrowsCiphertext = true): Made {
  const calls: string[] = [];
  const events: string[] = [];
  const inner: TLSEngine = {
    borrowsCiphertext,
    unsent: 7,
    held: 8,
    start: () => calls.push("start"),
    receive: (data) => calls.push(`receive ${data.length}`),
    receiveEnd: () => calls.push("receive end"),
    send: (pieces) => calls.push(`send ${Buffer.concat(pieces).toString()}`),
    endSending: () => calls.push("end"),
    startDelivering: () => calls.push("deliver"),
    stopDelivering: () => calls.push("hold"),
    destroy: () => calls.push("destroy"),
    exportKeyingMaterial: () => Buffer.from("material"),
  };
  const factory: TLSEngineFactory = {
    name: "node",
    makeEngine(context, side, _events, serverName) {
      calls.push(`make ${context.alpnProtocols.join()} ${side} ${serverName}`);
      return inner;
    },
    prepare() {},
  };
  const told = {
    ciphertext: (data: Uint8Array) => events.push(`ciphertext ${Buffer.from(data).toString("hex")}`),
    failed: (error: Error & { code?: string }) => events.push(`failed ${error.code}: ${error.message}`),
  } as unknown as TLSEngineEvents;
  const context = new TLSContext({ contextForServerName, alpnProtocols: ["usual"] });
  return { engine: new ChoosingEngine(factory, context, told), calls, events };
}

/** The first message of a client that asks for `serverName`. */
async function helloFor(serverName?: string): Promise<Buffer> {
  const sent: Uint8Array[] = [];
  const events = { ciphertext: (data: Uint8Array) => sent.push(Buffer.from(data)) } as unknown as TLSEngineEvents;
  const context = new TLSContext(serverName === undefined ? {} : { serverName });
  const engine = new NodeTLSEngineFactory().makeEngine(context, "client", events);
  engine.start();
  await until(() => sent.length > 0, "the first message");
  engine.destroy();
  return Buffer.concat(sent);
}

test("ChoosingEngine, what was asked for before the choice is done after it, in order", async () => {
  const hello = await helloFor("a.example");
  const { engine, calls, events } = make(() => CHOSEN);
  engine.start();
  engine.startDelivering();
  engine.send([Buffer.from("early "), Buffer.from("words")]);
  engine.endSending();
  for (const byte of hello.subarray(0, -1)) engine.receive(Buffer.of(byte));
  assert.deepEqual([engine.unsent, engine.held, calls], [11, hello.length - 1, []]);
  assert.throws(() => engine.exportKeyingMaterial(1, "x"), /no context is chosen, expected a handshake that is done/);
  engine.receive(hello.subarray(-1));
  assert.deepEqual(calls, [
    "make chosen server a.example",
    "send early words",
    "end",
    "start",
    "deliver",
    `receive ${hello.length}`,
  ]);
  assert.deepEqual([engine.unsent, engine.held], [7, 8]);
  calls.length = 0;
  engine.receive(Buffer.from("more"));
  engine.send([Buffer.from("later")]);
  engine.stopDelivering();
  engine.startDelivering();
  engine.endSending();
  engine.receiveEnd();
  engine.destroy();
  assert.deepEqual(calls, ["receive 4", "send later", "hold", "deliver", "end", "receive end", "destroy"]);
  assert.equal(engine.exportKeyingMaterial(1, "x").toString(), "material");
  assert.deepEqual(events, []);
});

test("ChoosingEngine, who asks for no name, or for one that has no context, gets the usual one", async () => {
  const nameless = make(() => assert.fail("there is nothing to ask for"));
  nameless.engine.start();
  nameless.engine.receive(await helloFor());
  assert.equal(nameless.calls[0], "make usual server undefined");
  const unknown = make(() => undefined, false);
  unknown.engine.start();
  unknown.engine.receive(await helloFor("b.example"));
  unknown.engine.receive(Buffer.from("more"));
  assert.deepEqual([unknown.calls[0], unknown.calls.at(-1)], ["make usual server b.example", "receive 4"]);
});

test("ChoosingEngine, bytes that come while the program chooses wait; a stop in the meantime makes the choice void", async () => {
  const hello = await helloFor("a.example");
  let choose: (context: TLSContext) => void = () => {};
  const slow = (): Promise<TLSContext> => new Promise((resolve) => (choose = resolve));
  const patient = make(slow);
  patient.engine.start();
  patient.engine.receive(hello);
  patient.engine.receive(Buffer.from("more"));
  assert.deepEqual(patient.calls, []);
  choose(CHOSEN);
  await until(() => patient.calls.length > 0, "the choice");
  assert.equal(patient.calls.at(-1), `receive ${hello.length + 4}`);
  for (const stop of ["destroy", "receiveEnd"] as const) {
    const { engine, calls, events } = make(slow);
    engine.start();
    engine.receive(hello);
    engine[stop]();
    choose(CHOSEN);
    await new Promise((resolve) => setImmediate(resolve));
    engine.receive(Buffer.from("late"));
    engine.send([Buffer.from("late")]);
    engine.receiveEnd();
    engine.destroy();
    assert.deepEqual([calls, engine.unsent, engine.held], [[], 0, 0]);
    const cutOff =
      "failed ERR_TLS_HANDSHAKE_TRUNCATED: The peer closed the connection in the middle of the TLS handshake";
    assert.deepEqual(events, stop === "destroy" ? [] : [cutOff]);
  }
});

test("ChoosingEngine, a choice that fails, in whatever way, is an alert for the client and a failure", async () => {
  const hello = await helloFor("a.example");
  const failures: ContextForServerName[] = [
    () => {
      throw new Error("no such name");
    },
    () => Promise.reject(new Error("no such name")),
    // oxlint-disable-next-line typescript/only-throw-error -- programs do
    () => Promise.reject("no such name"),
    () => ({
      serverContext: (): never => {
        throw new Error("no such name");
      },
    }),
  ];
  for (const contextForServerName of failures) {
    const { engine, calls, events } = make(contextForServerName);
    engine.start();
    engine.receive(hello);
    await until(() => events.length === 2, "the failure");
    assert.deepEqual(events, [
      "ciphertext 15030300020250",
      "failed ERR_TLS_HANDSHAKE: The TLS handshake failed: no such name",
    ]);
    engine.receive(Buffer.from("late"));
    assert.deepEqual(calls, []);
  }
});
