import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clientFromString } from "../../src/endpoint/client-from-string.ts";
import { EndpointDescriptionError } from "../../src/endpoint/errors.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { SOCKS4ClientEndpoint, SOCKS5ClientEndpoint } from "../../src/socks/socks-client-endpoint.ts";
import { registerSOCKSEndpoints } from "../../src/socks/socks-strings.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";

const reactor = new MemoryReactorClock();

function parse(text: string): ReturnType<typeof clientFromString> {
  return clientFromString(reactor, text);
}

describe("registerSOCKSEndpoints", () => {
  test("makes socks5: and socks4: known, and unknown again", () => {
    const forget = registerSOCKSEndpoints();
    try {
      const via = "via=tcp\\:192.0.2.1\\:1080";
      assert.ok(parse(`socks5:example.com:80:${via}`) instanceof SOCKS5ClientEndpoint);
      assert.ok(parse(`socks4:host=example.com:port=80:${via}:user=ada:timeout=5`) instanceof SOCKS4ClientEndpoint);
      parse(`socks5:example.com:80:${via}:user=ada:password=secret`)
        .connect(Factory.forProtocol(Protocol))
        .addErrback(() => {});
      const [host, port, factory] = [
        reactor.tcpClients[0]!.host,
        reactor.tcpClients[0]!.port,
        reactor.tcpClients[0]!.factory,
      ];
      assert.deepEqual([host, port], ["192.0.2.1", 1080]);
      const transport = new StringTransport();
      const tunnel = factory.buildProtocol(new IPv4Address("TCP", host, port))!;
      tunnel.makeConnection(transport);
      tunnel.dataReceived(Buffer.of(5, 2));
      assert.equal(transport.value("latin1"), "\x05\x02\x00\x02\x01\x03ada\x06secret");
      for (const wrong of [
        "socks5:example.com:80",
        `socks5:example.com:80:${via}:password=x`,
        `socks5:example.com:0:${via}`,
        `socks4:example.com:80:${via}:password=x`,
        "socks5:example.com:80:via=nothing\\:x",
      ]) {
        assert.throws(() => parse(wrong), EndpointDescriptionError, wrong);
      }
    } finally {
      forget();
    }
    assert.throws(() => parse("socks5:example.com:80:via=tcp\\:192.0.2.1\\:1080"), EndpointDescriptionError);
  });
});
