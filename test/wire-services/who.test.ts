import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { DatagramWho, Who } from "../../src/wire-services/who.ts";
import "../support/quiet-logs.ts";

function said(protocol: Who): string {
  const transport = new StringTransport();
  protocol.makeConnection(transport);
  assert.equal(transport.disconnecting, true);
  return transport.value();
}

function answered(protocol: DatagramWho): string[] {
  const transport = new FakeDatagramTransport();
  protocol.makeConnection(transport);
  protocol.datagramReceived(Buffer.alloc(0), new IPv4Address("UDP", "192.0.2.1", 4000));
  return transport.written.map(([bytes]) => bytes.toString());
}

describe("Who and DatagramWho", () => {
  test("say what they were given", () => {
    let asked = 0;
    const say = (): string => `${++asked}\r\n`;
    assert.equal(said(new Who(say)), "1\r\n");
    assert.deepEqual(answered(new DatagramWho(say)), ["2\r\n"]);
    assert.deepEqual(answered(new DatagramWho(say, { maxAnswer: 1 })), ["3"]);
  });

  test("say what a class of one's own has", () => {
    class Own extends Who {
      override getUsers(): string {
        return "own";
      }
    }
    class DatagramOwn extends DatagramWho {
      override getUsers(): string {
        return "own";
      }
    }
    assert.equal(said(new Own()), "own");
    assert.deepEqual(answered(new DatagramOwn()), ["own"]);
  });

  test("say the usual otherwise", () => {
    assert.equal(said(new Who()), "root\r\n");
    assert.deepEqual(answered(new DatagramWho()), ["root\r\n"]);
  });
});
