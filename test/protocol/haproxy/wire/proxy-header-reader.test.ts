import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RemoteProtocolError } from "../../../../src/errors.ts";
import { InvalidProxyHeaderError, ProxyHeaderTooLongError } from "../../../../src/protocol/haproxy/wire/errors.ts";
import { ProxyHeaderReader } from "../../../../src/protocol/haproxy/wire/proxy-header-reader.ts";
import type { ProxyHeader } from "../../../../src/protocol/haproxy/wire/proxy-header.ts";
import { formatVersion1 } from "../../../../src/protocol/haproxy/wire/version-1.ts";
import { SIGNATURE, formatVersion2 } from "../../../../src/protocol/haproxy/wire/version-2.ts";
import { chunkings } from "../../../support/chunkings.ts";
import { proxyAddresses } from "../../../support/proxy-headers.ts";
import { readsThreeWays } from "../../../support/three-ways.ts";
import type { Reader } from "../../../support/three-ways.ts";

/** Reads a header, and what must be left when it is there. */
class HeaderEvents implements Reader<ProxyHeader> {
  readonly events: ProxyHeader[] = [];
  readonly reader: ProxyHeaderReader = new ProxyHeaderReader();

  receive(chunk: Buffer): void {
    this.reader.receive(chunk);
    const event = this.reader.nextEvent();
    if (event !== "needData") this.events.push(event);
  }
}

const source = { family: "ipv4", transport: "TCP", host: "192.0.2.1", port: 1 } as const;

test("ProxyHeaderReader, reads headers of both versions three ways", () => {
  const one: ProxyHeader = { version: 1, command: "PROXY", source, destination: source, tlvs: [] };
  readsThreeWays(() => new HeaderEvents(), formatVersion1(source, source), [one], "PROXY UNKNOWN\r\n");
  readsThreeWays(() => new HeaderEvents(), formatVersion2(source, source), [{ ...one, version: 2 }], SIGNATURE);
});

test("ProxyHeaderReader, any header, cut anywhere, is read, and what follows is left", () => {
  const stream = fc
    .oneof(
      proxyAddresses(["ipv4", "ipv6"], ["TCP"]).map(([a, b]) => formatVersion1(a, b)),
      proxyAddresses(["ipv4", "ipv6", "unix"], ["TCP", "UDP"]).map(([a, b]) => formatVersion2(a, b)),
    )
    .chain((header) => chunkings(Buffer.concat([header, Buffer.from("rest")])));
  fc.assert(
    fc.property(stream, (chunks) => {
      const reader = new HeaderEvents();
      for (const chunk of chunks) reader.receive(chunk);
      assert.equal(reader.events.length, 1);
      assert.equal(reader.reader.takeRest().toString(), "rest");
      assert.equal(reader.reader.takeRest().length, 0);
    }),
    { numRuns: 200 },
  );
});

test("ProxyHeaderReader, what is no header is refused at the first byte that shows it", () => {
  for (const bytes of ["G", "PROXX", "\r\n\r\n\0\r\nX", "PROXY\t", "\x16\x03\x01"]) {
    const reader = new ProxyHeaderReader();
    reader.receive(Buffer.from(bytes.slice(0, -1), "latin1"));
    if (bytes.length > 1 && bytes[0] !== "\x16") assert.equal(reader.nextEvent(), "needData");
    reader.receive(Buffer.from(bytes.slice(-1), "latin1"));
    assert.throws(() => reader.nextEvent(), InvalidProxyHeaderError, JSON.stringify(bytes));
    reader.receive(Buffer.from("PROXY UNKNOWN\r\n"));
    assert.equal(reader.nextEvent(), "needData");
    assert.equal(reader.takeRest().length, 0);
  }
});

test("ProxyHeaderReader, a line has 107 bytes at most, and ends with CR LF", () => {
  const unknown = (length: number): string => `PROXY UNKNOWN ${"x".repeat(length - 16)}\r\n`;
  const read = (text: string): unknown => {
    const reader = new ProxyHeaderReader();
    reader.receive(Buffer.from(text));
    return reader.nextEvent();
  };
  assert.notEqual(read(unknown(107)), "needData");
  assert.throws(() => read(unknown(108)), ProxyHeaderTooLongError);
  assert.equal(read(unknown(107).slice(0, 106)), "needData");
  assert.throws(() => read("PROXY UNKNOWN\n"), /LF alone/);
});

test("ProxyHeaderReader, a header of version 2 has maxLength bytes at most", () => {
  const header = formatVersion2(source, source);
  const read = (maxLength: number): unknown => {
    const reader = new ProxyHeaderReader({ maxLength });
    reader.receive(header.subarray(0, 16));
    const early = reader.nextEvent();
    assert.equal(early, "needData");
    reader.receive(header.subarray(16));
    return reader.nextEvent();
  };
  assert.notEqual(read(28), "needData");
  assert.throws(() => read(27), ProxyHeaderTooLongError);
});

test("ProxyHeaderReader, any bytes give a header or a RemoteProtocolError", () => {
  const header = proxyAddresses(["ipv4", "ipv6", "unix"], ["TCP", "UDP"]).map(([a, b]) => formatVersion2(a, b));
  const line = proxyAddresses(["ipv4", "ipv6"], ["TCP"]).map(([a, b]) => formatVersion1(a, b));
  const changed = fc.tuple(fc.oneof(header, line), fc.nat(), fc.nat({ max: 255 })).map(([bytes, at, by]) => {
    bytes[at % bytes.length]! ^= by;
    return bytes;
  });
  const begun = fc
    .tuple(fc.constantFrom(SIGNATURE, Buffer.from("PROXY "), Buffer.from("PROXY TCP4 ")), fc.uint8Array())
    .map((parts) => Buffer.concat(parts));
  const bytes = fc.oneof(
    fc.uint8Array().map((random) => Buffer.from(random)),
    begun,
    changed,
  );
  fc.assert(
    fc.property(
      bytes.chain((stream) => chunkings(stream)),
      (chunks) => {
        const reader = new HeaderEvents();
        try {
          for (const chunk of chunks) reader.receive(chunk);
          assert.ok(reader.events.length <= 1);
        } catch (error) {
          assert.ok(error instanceof RemoteProtocolError, String(error));
        }
      },
    ),
    { numRuns: 2000 },
  );
});
