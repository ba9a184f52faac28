import assert from "node:assert/strict";
import { test } from "node:test";
import { ADDRESS_SPACE, DatagramAddresses } from "../../../src/reactor/epoll/datagram-addresses.ts";
import { addressFromName } from "../../../src/reactor/epoll/slot-address.ts";
import type { Address } from "../../../src/transport/address.ts";
import { native, skip } from "./over-core.ts";

function addresses(): DatagramAddresses<Address> {
  return new DatagramAddresses(native, addressFromName);
}

/** A slab in which the encoded addresses stand where the core would put them. */
function slabWith(...encoded: readonly (Uint8Array | number)[]): Buffer {
  const slab = Buffer.alloc(encoded.length * ADDRESS_SPACE, 0xff);
  for (const [index, bytes] of encoded.entries()) slab.set(bytes as Uint8Array, index * ADDRESS_SPACE);
  return slab;
}

test("DatagramAddresses, reads back what it has written, for every kind", { skip }, () => {
  const kept = addresses();
  for (const [host, port, text] of [
    ["127.0.0.1", 1, "IPv4Address(TCP, '127.0.0.1', 1)"],
    ["255.255.255.255", 65_535, "IPv4Address(TCP, '255.255.255.255', 65535)"],
    ["2001:db8::7", 53, "IPv6Address(TCP, '2001:db8::7', 53"],
    ["/run/some/socket", -1, 'UNIXAddress("/run/some/socket")'],
    ["\0abstract", -1, 'UNIXAddress("\\u0000abstract")'],
  ] as const) {
    assert.ok(String(kept.at(slabWith(kept.encode(host, port)), 0)).startsWith(text), text);
  }
});

test("DatagramAddresses, has one object, and one encoding, for the same address", { skip }, () => {
  const kept = addresses();
  const one = kept.encode("127.0.0.1", 1);
  const other = kept.encode("127.0.0.1", 2);
  const six = kept.encode("::1", 1);
  assert.equal(kept.encode("127.0.0.1", 1), one);
  const slab = slabWith(one, other, one, six, six);
  const at = (index: number): Address => kept.at(slab, index * ADDRESS_SPACE);
  const first = at(0);
  assert.equal(at(0), first);
  assert.notEqual(at(1), first);
  assert.equal(at(2), first);
  assert.equal(at(3), at(4));
});

test("DatagramAddresses, of no name, as a UNIX socket has that is bound to nothing", { skip }, () => {
  const slab = Buffer.alloc(ADDRESS_SPACE);
  assert.equal(String(addresses().at(slab, 0)), "UNIXAddress(None)");
});

test("DatagramAddresses.encode, answers what the system says of what is no address", { skip }, () => {
  const kept = addresses();
  assert.equal(kept.encode("localhost", 1), -22);
  assert.equal(kept.encode("x".repeat(200), -1), -36);
});

test("DatagramAddresses, keeps some thousands and no more", { skip }, () => {
  let made = 0;
  const kept = new DatagramAddresses(native, (text) => {
    made++;
    return addressFromName(text);
  });
  const slab = Buffer.alloc(ADDRESS_SPACE);
  const see = (port: number): void => {
    slab.set(kept.encode("127.0.0.1", port) as Uint8Array);
    kept.at(slab, 0);
  };
  for (let round = 0; round < 2; round++) for (let port = 1; port <= 4096; port++) see(port);
  assert.equal(made, 4096, "all were kept");
  see(5000);
  for (let port = 1; port <= 4096; port++) see(port);
  assert.ok(made > 8000, `${made}: they were let go`);
});
