/** What Twisted reads from the same file is compared in test/interop/inetd-traces.test.ts. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseServices } from "../../../src/inetd/wire/service-names.ts";

test("parseServices, knows names and aliases by protocol", () => {
  const names = parseServices(`# Network services
tcpmux\t\t1/tcp\t\t\t\t# TCP port service multiplexer
echo  7/tcp
echo  7/udp
discard  9/tcp sink null# drops
big 65535/sctp
`);
  assert.deepEqual(Object.fromEntries(names), {
    "tcpmux/tcp": 1,
    "echo/tcp": 7,
    "echo/udp": 7,
    "discard/tcp": 9,
    "sink/tcp": 9,
    "null/tcp": 9,
    "big/sctp": 65535,
  });
});

test("parseServices, skips what is no entry, and takes the first of two", () => {
  const names = parseServices(
    "echo\necho 7\necho x/tcp\necho 65536/tcp\necho 7 /tcp\necho 8/tcp\r\necho 9/tcp\nother 1/tcp echo",
  );
  assert.deepEqual(Object.fromEntries(names), { "echo/tcp": 8, "other/tcp": 1 });
});
