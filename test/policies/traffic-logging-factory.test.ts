import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { TrafficLoggingFactory } from "../../src/policies/traffic-logging-factory.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionDone } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

test("TrafficLoggingFactory, writes a file for each connection", () => {
  const factory = new TrafficLoggingFactory(Factory.forProtocol(Protocol), join(folder, "traffic"), {
    lengthLimit: 20,
  });
  const address = new IPv4Address("TCP", "192.0.2.1", 7);
  for (const _ of [1, 2]) {
    const wrapper = factory.buildProtocol(address)!;
    const transport = new StringTransport();
    wrapper.makeConnection(transport);
    wrapper.dataReceived(Buffer.from("hello\r\n"));
    wrapper.write("x".repeat(21));
    wrapper.writeSequence(["a", "b"]);
    wrapper.loseConnection();
    wrapper.connectionLost(new Failure(new ConnectionDone()));
    assert.equal(transport.value(), `${"x".repeat(21)}ab`);
  }
  const expected = (number: number): string =>
    [
      "*",
      String.raw`C ${number}: b'hello\r\n'`,
      `S ${number}: b'xxxxxxxx<... elided>'`,
      `SV ${number}: [b'a', b'b']`,
      `S ${number}: *`,
      `C ${number}: ConnectionDone: Connection was closed cleanly`,
      "",
    ].join("\n");
  assert.equal(readFileSync(join(folder, "traffic-1"), "utf8"), expected(1));
  assert.equal(readFileSync(join(folder, "traffic-2"), "utf8"), expected(2));
  factory.resetCounter();
  factory.buildProtocol(address)!.connectionLost(new Failure(new ConnectionDone()));
  assert.equal(readFileSync(join(folder, "traffic-1"), "utf8").includes("hello"), false);
});
