import assert from "node:assert/strict";
import { test } from "node:test";
import { fileOfPlace, nameOfPlace } from "../../src/reactor/stream-place.ts";
import type { StreamPlace } from "../../src/reactor/stream-place.ts";

const tcp: StreamPlace = { kind: "tcp", host: "0.0.0.0", port: 80, backlog: 1, interface: "" };
const descriptor: StreamPlace = { kind: "descriptor", fd: 7 };

function unix(path: string): StreamPlace {
  return { kind: "unix", path, backlog: 1, mode: 0o600, lock: undefined };
}

test("nameOfPlace, is what CannotListenError says", () => {
  assert.deepEqual(nameOfPlace(tcp), { interface: "", port: 80 });
  assert.deepEqual(nameOfPlace({ ...tcp, interface: "::1" }), { interface: "::1", port: 80 });
  assert.deepEqual(nameOfPlace(unix("/run/a")), { interface: "/run/a", port: null });
  assert.deepEqual(nameOfPlace(descriptor), { interface: "descriptor 7", port: null });
});

test("fileOfPlace, only a UNIX socket that is not abstract has a file", () => {
  assert.equal(fileOfPlace(unix("/run/a")), "/run/a");
  assert.equal(fileOfPlace(unix("\0a")), undefined);
  assert.equal(fileOfPlace(tcp), undefined);
  assert.equal(fileOfPlace(descriptor), undefined);
});
