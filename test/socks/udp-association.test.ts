import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { NameResolver } from "../../src/endpoint/name-resolver.ts";
import { GuardedResolver } from "../../src/socks/guarded-resolver.ts";
import { UDPAssociation } from "../../src/socks/udp-association.ts";
import { formatDatagram, parseDatagram } from "../../src/socks/wire/datagram.ts";
import { FakeDatagramTransport } from "../../src/testing/fake-datagram-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import "../support/quiet-logs.ts";

const client = new IPv4Address("UDP", "192.0.2.1", 4000);

function at(host: string, port: number): IPv4Address {
  return new IPv4Address("UDP", host, port);
}

/** Names mean addresses when the test says so; addresses mean themselves, at once. */
class Names implements NameResolver {
  readonly waiting: (() => void)[] = [];

  resolveHostName(
    ...[receiver, name, options]: Parameters<NameResolver["resolveHostName"]>
  ): ReturnType<NameResolver["resolveHostName"]> {
    const resolution = { name, cancel: () => {} };
    receiver.resolutionBegan(resolution);
    const answer = (): void => {
      receiver.addressResolved(at(/^\d/.test(name) ? name : "203.0.113.9", options?.port ?? 0));
      receiver.resolutionComplete();
    };
    if (/^\d/.test(name)) answer();
    else this.waiting.push(answer);
    return resolution;
  }
}

function associate(options: { clientPort?: number; maxPeers?: number; allows?: (host: string) => boolean } = {}): {
  association: UDPAssociation;
  transport: FakeDatagramTransport;
  names: Names;
  send: (host: string, text: string, from?: IPv4Address) => void;
} {
  const names = new Names();
  const association = new UDPAssociation({
    clientHost: client.host,
    clientPort: options.clientPort ?? 0,
    resolverFor: () => new GuardedResolver(names, options.allows ?? (() => true)),
    maxPeers: options.maxPeers ?? 2,
  });
  const transport = new FakeDatagramTransport();
  association.makeConnection(transport);
  const send = (host: string, text: string, from = client): void =>
    association.datagramReceived(formatDatagram({ address: { host, port: 53 }, payload: Buffer.from(text) }), from);
  return { association, transport, names, send };
}

function sent(transport: FakeDatagramTransport): string[] {
  return transport.written.map(
    ([packet, address]) => `${packet.toString()} ${(address as IPv4Address).host}:${(address as IPv4Address).port}`,
  );
}

describe("UDPAssociation", () => {
  test("the first datagram says which port is the client's", () => {
    const { association, transport, send } = associate();
    send("203.0.113.1", "one");
    send("203.0.113.1", "two", at(client.host, 4001));
    send("203.0.113.1", "three", at("192.0.2.2", 4000));
    assert.deepEqual(sent(transport), ["one 203.0.113.1:53"]);
    association.datagramReceived(Buffer.from("answer"), at("203.0.113.1", 53));
    const [packet, address] = transport.written.at(-1)!;
    assert.deepEqual(parseDatagram(packet), {
      address: { host: "203.0.113.1", port: 53 },
      payload: Buffer.from("answer"),
    });
    assert.equal((address as IPv4Address).port, 4000);
  });

  test("a port that the client has named is its only one", () => {
    const { transport, send } = associate({ clientPort: 4001 });
    send("203.0.113.1", "no");
    send("203.0.113.1", "yes", at(client.host, 4001));
    assert.deepEqual(sent(transport), ["yes 203.0.113.1:53"]);
  });

  test("answers come from where the client has sent to, and not too many places", () => {
    const { association, transport, send } = associate({ maxPeers: 2 });
    association.datagramReceived(Buffer.from("early"), at("203.0.113.1", 53));
    for (const last of [1, 2, 1, 3]) send(`203.0.113.${last}`, "x");
    const before = transport.written.length;
    for (const last of [1, 2, 3, 4]) association.datagramReceived(Buffer.from("x"), at(`203.0.113.${last}`, 53));
    association.datagramReceived(Buffer.from("other port"), at("203.0.113.1", 54));
    const from = transport.written.slice(before).map(([packet]) => parseDatagram(packet).address.host);
    assert.deepEqual(from, ["203.0.113.1", "203.0.113.3"]);
  });

  test("what is not allowed, and what is no datagram, is dropped", () => {
    const { association, transport, send } = associate({ allows: () => false });
    send("203.0.113.1", "x");
    association.datagramReceived(Buffer.from("nonsense"), client);
    association.datagramReceived(
      formatDatagram({ address: { host: "203.0.113.1", port: 0 }, payload: Buffer.of(1) }),
      client,
    );
    association.datagramReceived(
      formatDatagram({ address: { host: "2001:db8::1", port: 1 }, payload: Buffer.of(1) }),
      client,
    );
    assert.equal(transport.written.length, 0);
  });

  test("so many names are looked up at a time, and for nobody when it is over", () => {
    const { association, transport, names, send } = associate();
    for (let count = 0; count < 20; count++) send("example.com", "x");
    assert.equal(names.waiting.length, 16);
    names.waiting.shift()!();
    assert.deepEqual(sent(transport), ["x 203.0.113.9:53"]);
    association.doStop();
    names.waiting.shift()!();
    assert.equal(transport.written.length, 1);
  });

  test("any datagrams are relayed or dropped, and nothing else", () => {
    const head = fc.constantFrom([0, 0, 0, 1], [0, 0, 0, 3], [0, 0, 0, 4], [0, 0, 1, 1], [0, 0, 0, 9], []);
    const datagram = fc
      .tuple(head, fc.uint8Array({ maxLength: 40 }))
      .map(([beginning, rest]) => Buffer.from([...beginning, ...rest]));
    fc.assert(
      fc.property(fc.array(datagram), (datagrams) => {
        const { association, transport, names } = associate({ allows: (host) => host !== "203.0.113.9" });
        for (const each of datagrams) association.datagramReceived(each, client);
        for (const answer of names.waiting) answer();
        for (const [payload, address] of transport.written) {
          assert.ok(datagrams.some((each) => each.subarray(-payload.length).equals(payload) || payload.length === 0));
          assert.notEqual((address as IPv4Address).host, "203.0.113.9");
        }
      }),
    );
  });
});
