import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { DatagramDiscard, Discard } from "../../src/wire-services/discard.ts";
import "../support/quiet-logs.ts";

describe("Discard and DatagramDiscard", () => {
  test("say nothing", () => {
    const discard = new Discard();
    const transport = new StringTransport();
    discard.makeConnection(transport);
    discard.dataReceived(Buffer.from("hello"));
    assert.equal(transport.value(), "");
    assert.equal(transport.disconnecting, false);

    const datagrams = new DatagramDiscard();
    const port = new FakeDatagramTransport();
    datagrams.makeConnection(port);
    datagrams.datagramReceived(Buffer.from("hello"), new IPv4Address("UDP", "192.0.2.1", 4000));
    assert.deepEqual(port.written, []);
  });
});
