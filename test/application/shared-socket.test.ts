import assert from "node:assert/strict";
import { test } from "node:test";
import { SharedSocket, familyOf } from "../../src/application/shared-socket.ts";
import { EndpointDescriptionError } from "../../src/endpoint/errors.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { CannotListenError, InvalidAddressError } from "../../src/transport/errors.ts";

test("SharedSocket, is open between open and close", () => {
  const ways = loadNativeCore() === null ? [false] : [true, false];
  for (const hasCore of ways) {
    const description = "tcp:0:interface=127.0.0.1:backlog=5";
    const socket = new SharedSocket(description, hasCore);
    assert.equal(socket.description, description);
    assert.deepEqual([socket.fd, socket.address], [-1, undefined]);
    socket.open();
    const { fd } = socket;
    assert.ok(fd > 2);
    assert.match(String(socket.address), /^IPv4Address\(TCP, '127\.0\.0\.1', [1-9]\d*\)$/);
    socket.open();
    assert.equal(socket.fd, fd);
    socket.close();
    socket.close();
    assert.equal(socket.fd, -1);
  }
});

test("SharedSocket, says why it cannot be opened", () => {
  // An address for documentation: no machine has it.
  const ways = loadNativeCore() === null ? [false] : [true, false];
  for (const hasCore of ways)
    assert.throws(() => new SharedSocket("tcp:0:interface=192.0.2.1", hasCore).open(), CannotListenError);
});

test("SharedSocket, refuses what cannot be shared", () => {
  assert.throws(() => new SharedSocket("unix:/run/a"), /"unix" cannot be shared by workers, expected "tcp" or "tcp6"/);
  assert.throws(() => new SharedSocket("tcp:http"), EndpointDescriptionError);
  assert.throws(() => new SharedSocket("tcp:80:interface=localhost"), InvalidAddressError);
});

test("familyOf, tells by the prefix and the interface", () => {
  assert.equal(familyOf("tcp:80"), "ipv4");
  assert.equal(familyOf("tcp6:80"), "ipv6");
  assert.equal(familyOf("tcp:80:interface=\\:\\:1"), "ipv6");
});
