import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { Chargen, DatagramChargen } from "../../src/wire-services/chargen.ts";
import type { DatagramChargenOptions } from "../../src/wire-services/chargen.ts";
import { noise } from "../../src/wire-services/wire/noise.ts";
import "../support/quiet-logs.ts";

describe("Chargen", () => {
  test("sends a piece each time that it is asked, one behind the other without a seam", () => {
    const chargen = new Chargen();
    const transport = new StringTransport();
    chargen.makeConnection(transport);
    assert.equal(transport.producer, chargen);
    assert.equal(transport.streaming, false);
    assert.equal(transport.value(), "");
    chargen.resumeProducing();
    const piece = transport.written().length;
    chargen.dataReceived(Buffer.from("stop"));
    chargen.resumeProducing();
    assert.equal(transport.written().length, 2 * piece);
    assert.deepEqual(transport.written(), noise(2 * piece));
  });

  test("sends the noise of its class", () => {
    class Ten extends Chargen {
      override noise = "0123456789";
    }
    const transport = new StringTransport();
    const chargen = new Ten();
    chargen.makeConnection(transport);
    chargen.resumeProducing();
    assert.equal(transport.value(), "0123456789");
  });

  test("is done when its transport is told to close", () => {
    const chargen = new Chargen();
    const transport = new StringTransport();
    chargen.makeConnection(transport);
    transport.loseConnection();
    chargen.resumeProducing();
    assert.equal(transport.value(), "");
    assert.equal(transport.producer, null);
  });

  test("can be told that the transport takes no more", () => {
    new Chargen().stopProducing();
  });
});

describe("DatagramChargen", () => {
  function lengthFor(options: DatagramChargenOptions): number {
    const chargen = new DatagramChargen(options);
    const transport = new FakeDatagramTransport();
    chargen.makeConnection(transport);
    chargen.datagramReceived(Buffer.from("?"), new IPv4Address("UDP", "192.0.2.1", 4000));
    const [answer] = transport.written[0]!;
    assert.deepEqual(answer, noise(512).subarray(0, answer.length));
    return answer.length;
  }

  test("answers with 0 to 512 characters, as chance has it", () => {
    assert.equal(lengthFor({ random: () => 0 }), 0);
    assert.equal(lengthFor({ random: () => 0.5 }), 256);
    assert.equal(lengthFor({ random: () => 1 - 2 ** -53 }), 512);
    assert.equal(lengthFor({ random: () => 1 - 2 ** -53, maxAnswer: 2000 }), 512);
    const lengths = Array.from({ length: 200 }, () => lengthFor({ maxAnswer: 1 }));
    assert.deepEqual(new Set(lengths), new Set([0, 1]), "by itself it draws lots");
  });
});
