import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { DatagramDaytime, Daytime } from "../../src/wire-services/daytime.ts";
import "../support/quiet-logs.ts";

function said(protocol: Daytime): Buffer {
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  assert.equal(transport.disconnecting, true);
  return transport.written();
}

function answered(protocol: DatagramDaytime): Buffer {
  const transport = new FakeDatagramTransport();
  protocol.makeConnection(transport);
  protocol.datagramReceived(Buffer.alloc(0), new IPv4Address("UDP", "192.0.2.1", 4000));
  return transport.written[0]![0];
}

describe("Daytime and DatagramDaytime", () => {
  test("say the time of their clock", () => {
    const clock = new Clock();
    clock.advance(Date.parse("2026-11-21T07:00:00Z") / 1000);
    for (let second = 0; second < 2; second++) {
      for (const bytes of [said(new Daytime(clock)), answered(new DatagramDaytime(clock))]) {
        assert.equal(bytes.toString(), `Sat Nov 21 07:00:0${second} 2026\r\n`);
      }
      clock.advance(1);
    }
  });

  test("say the system's time without one", () => {
    for (const bytes of [said(new Daytime()), answered(new DatagramDaytime())]) {
      assert.ok(Math.abs(Date.parse(`${bytes.toString().trim()} UTC`) - Date.now()) < 60_000);
    }
  });

  test("an answer over datagrams has a limit", () => {
    assert.equal(answered(new DatagramDaytime(new Clock(), { maxAnswer: 2 })).length, 2);
  });
});
