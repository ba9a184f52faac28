import assert from "node:assert/strict";
import { test } from "node:test";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import { SpewingFactory } from "../../src/policies/spewing-factory.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import "../support/quiet-logs.ts";

test("SpewingFactory, logs all that is received and sent", () => {
  const transport = new StringTransport();
  const factory = new SpewingFactory(Factory.forProtocol(Protocol));
  const wrapper = factory.buildProtocol(new IPv4Address("TCP", "192.0.2.1", 7))!;
  wrapper.makeConnection(transport);
  const logs = capturedLogs();
  wrapper.dataReceived(Buffer.from("in\r\n"));
  wrapper.write("out");
  wrapper.writeSequence(["1", "2"]);
  logs.stop();
  assert.equal(transport.value(), "out12");
  assert.deepEqual(
    logs.map((event) => formatEvent(event)),
    [String.raw`Received: b'in\r\n'`, "Sending: b'out'", "Sending: b'1'", "Sending: b'2'"],
  );
});
