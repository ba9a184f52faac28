import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { DatagramTime, Time } from "../../src/wire-services/time.ts";
import "../support/quiet-logs.ts";

function said(protocol: Time): Buffer {
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  assert.equal(transport.disconnecting, true);
  return transport.written();
}

function answered(protocol: DatagramTime): Buffer {
  const transport = new FakeDatagramTransport();
  protocol.makeConnection(transport);
  protocol.datagramReceived(Buffer.alloc(0), new IPv4Address("UDP", "192.0.2.1", 4000));
  return transport.written[0]![0];
}

describe("Time and DatagramTime", () => {
  test("say the time of their clock", () => {
    const clock = new Clock();
    clock.advance(Date.parse("2026-11-21T07:00:00Z") / 1000);
    for (let second = 0; second < 2; second++) {
      for (const bytes of [said(new Time(clock)), answered(new DatagramTime(clock))]) {
        assert.equal(bytes.readUInt32BE(), 4_004_233_200 + second);
      }
      clock.advance(1);
    }
  });

  test("say the system's time without one", () => {
    for (const bytes of [said(new Time()), answered(new DatagramTime())]) {
      assert.ok(Math.abs((bytes.readUInt32BE() - 2_208_988_800) * 1000 - Date.now()) < 60_000);
    }
  });

  test("an answer over datagrams has a limit", () => {
    assert.equal(answered(new DatagramTime(new Clock(), { maxAnswer: 2 })).length, 2);
  });
});
