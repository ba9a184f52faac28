import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Clock } from "../../src/clock/clock.ts";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { wireServices } from "../../src/wire-services/wire-services.ts";
import "../support/quiet-logs.ts";

const address = new IPv4Address("UDP", "192.0.2.1", 4000);

describe("wireServices", () => {
  test("has each service by its name, with a port and an RFC of its own", () => {
    const services = Object.entries(wireServices);
    for (const [name, service] of services) {
      assert.equal(service.name, name);
      assert.notEqual(service.summary, "");
    }
    assert.deepEqual(Object.fromEntries(services.map(([name, { port }]) => [name, port])), {
      chargen: 19,
      daytime: 13,
      discard: 9,
      echo: 7,
      qotd: 17,
      time: 37,
      who: 11,
    });
    assert.deepEqual(new Set(services.map(([, { rfc }]) => rfc)), new Set([862, 863, 864, 865, 866, 867, 868]));
  });

  test("what it makes takes the options", () => {
    const options = {
      clock: new Clock(),
      getQuote: () => "quote",
      getUsers: () => "users",
      random: () => 0.5,
      maxAnswer: 10,
      answersServicePorts: true,
    };
    const answers: Record<string, readonly [string, string | undefined]> = {};
    for (const [name, { tcpFactory, udpProtocol }] of Object.entries(wireServices)) {
      const factory = tcpFactory(options);
      const protocol = factory.buildProtocol(address)!;
      assert.equal(protocol.factory, factory);
      assert.notEqual(factory.buildProtocol(address), protocol);
      const transport = new StringTransport();
      protocol.makeConnection(transport);
      protocol.dataReceived(Buffer.from("ping"));
      transport.producer?.resumeProducing();
      const port = new FakeDatagramTransport();
      const datagrams = udpProtocol(options);
      datagrams.makeConnection(port);
      datagrams.datagramReceived(Buffer.from("ping"), new IPv4Address("UDP", "192.0.2.1", 7));
      answers[name] = [transport.value("latin1").slice(0, 20), port.written[0]?.[0].toString("latin1")];
    }
    assert.deepEqual(answers, {
      chargen: ["@ABCDEFGHIJKLMNOPQRS", "@ABCD"],
      daytime: ["Thu Jan  1 00:00:00 ", "Thu Jan  1"],
      discard: ["", undefined],
      echo: ["ping", "ping"],
      qotd: ["quote", "quote"],
      time: ["\x83\xaa\x7e\x80", "\x83\xaa\x7e\x80"],
      who: ["users", "users"],
    });
  });

  test("does without options", () => {
    for (const { tcpFactory, udpProtocol } of Object.values(wireServices)) {
      tcpFactory().buildProtocol(address)!.makeConnection(new StringTransport());
      udpProtocol().makeConnection(new FakeDatagramTransport());
    }
  });
});
