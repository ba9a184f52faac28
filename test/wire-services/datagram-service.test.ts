import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import type { Answer } from "../../src/wire-services/answer.ts";
import { DatagramService } from "../../src/wire-services/datagram-service.ts";
import type { DatagramServiceOptions } from "../../src/wire-services/datagram-service.ts";
import { complaints } from "../conformance/datagram-fixtures.ts";
import "../support/quiet-logs.ts";

const OWN_PORT = 12345;

class Answering extends DatagramService {
  asked = 0;
  readonly #say: () => Answer | undefined;
  constructor(say: () => Answer | undefined, options?: DatagramServiceOptions) {
    super(options);
    this.#say = say;
  }
  protected override answer(): Answer | undefined {
    this.asked++;
    return this.#say();
  }
}

class Asked {
  readonly service: Answering;
  readonly transport: FakeDatagramTransport;

  constructor(say: () => Answer | undefined, options?: DatagramServiceOptions) {
    this.service = new Answering(say, options);
    const hostAddress = new IPv4Address("UDP", "192.0.2.7", OWN_PORT);
    this.transport = new FakeDatagramTransport({ hostAddress, protocol: this.service });
    this.service.makeConnection(this.transport);
  }

  ask(port = 4000): void {
    this.service.datagramReceived(Buffer.from("?"), new IPv4Address("UDP", "192.0.2.1", port));
  }

  get answers(): string[] {
    return this.transport.written.map(([bytes]) => bytes.toString());
  }
}

describe("DatagramService", () => {
  test("answers where the datagram came from", () => {
    const asked = new Asked(() => "hi");
    asked.ask();
    assert.deepEqual(asked.transport.written, [[Buffer.from("hi"), new IPv4Address("UDP", "192.0.2.1", 4000)]]);
  });

  test("cuts off what is longer than the limit", () => {
    for (const [maxAnswer, length] of [
      [undefined, 512],
      [3, 3],
      [0, 0],
      [65_507, 1000],
    ] as const) {
      const asked = new Asked(() => "x".repeat(1000), maxAnswer === undefined ? {} : { maxAnswer });
      asked.ask();
      assert.equal(asked.answers[0]?.length, length);
    }
  });

  test("does not answer ports that services have, nor its own number", () => {
    const asked = new Asked(() => "hi");
    for (const port of [0, 1, 7, 1023, OWN_PORT]) asked.ask(port);
    assert.equal(asked.service.asked, 0);
    for (const port of [1024, OWN_PORT + 1, 65_535]) asked.ask(port);
    assert.equal(asked.answers.length, 3);
  });

  test("answers them where an option says so, but for port 0, where nobody can be", () => {
    const asked = new Asked(() => "hi", { answersServicePorts: true });
    for (const port of [0, 1, 1023, OWN_PORT]) asked.ask(port);
    assert.equal(asked.answers.length, 3);
  });

  test("sends nothing for undefined", () => {
    const asked = new Asked(() => undefined);
    asked.ask();
    assert.deepEqual(asked.answers, []);
  });

  test("sends answers that take time, each to who asked; so many are looked for and no more", () => {
    const waiting: Deferred<string>[] = [];
    const later = (): Deferred<string> => {
      waiting.push(new Deferred<string>());
      return waiting.at(-1)!;
    };
    const asked = new Asked(later, { maxPending: 2 });
    for (const port of [4000, 4001, 4002]) asked.ask(port);
    assert.equal(waiting.length, 2);
    waiting[1]!.callback("second");
    asked.ask(4003);
    assert.equal(waiting.length, 3);
    waiting[0]!.callback("first");
    waiting[2]!.callback("third");
    assert.deepEqual(
      asked.transport.written.map(([bytes, address]) => `${bytes.toString()} ${address!.port}`),
      ["second 4001", "first 4000", "third 4003"],
    );
  });

  test("gives up answers when the port is closed", (t) => {
    const texts = complaints(t);
    const waiting = [new Deferred<string>(), new Deferred<string>(() => waiting[1]!.callback("too late"))];
    let next = 0;
    const asked = new Asked(() => waiting[next++]);
    asked.ask();
    asked.ask();
    void asked.transport.stopListening();
    assert.deepEqual(asked.answers, []);
    assert.deepEqual(texts, []);
    assert.ok(waiting.every(({ called }) => called));
  });

  test("logs an answer that fails", (t) => {
    const texts = complaints(t);
    const later = new Deferred<string>();
    const asked = new Asked(() => later);
    asked.ask();
    later.errback(new RangeError("Nothing to say"));
    assert.deepEqual(asked.answers, []);
    assert.deepEqual(texts, ["critical: Nothing to say"]);
  });

  test("throws RangeError for what is no limit", () => {
    for (const options of [{ maxAnswer: 65_508 }, { maxAnswer: -1 }, { maxAnswer: 1.5 }, { maxPending: Number.NaN }])
      assert.throws(() => new Answering(() => "", options), RangeError);
  });
});
