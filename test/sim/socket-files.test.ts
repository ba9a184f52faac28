import assert from "node:assert/strict";
import { test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import type { StreamListener } from "../../src/sim/bound-sockets.ts";
import { SocketFiles } from "../../src/sim/socket-files.ts";

function listenerOn(path: string): StreamListener {
  return { path, address: "", port: 0, backlog: 1, waiting: 0, listens: true, accept: () => {} };
}

test("SocketFiles, knows who listens, and who does not", () => {
  const files = new SocketFiles();
  const listener = listenerOn("/run/a");
  files.bind(listener);
  assert.equal(files.find("/run/a"), listener);
  assert.equal(files.find("/run/b"), "ENOENT");
  assert.throws(() => files.bind(listenerOn("/run/a")), { code: "EADDRINUSE" });
  files.unbind(listenerOn("/run/a"));
  assert.equal(files.find("/run/a"), listener);
  files.unbind(listener);
  assert.equal(files.find("/run/a"), "ENOENT");
});

test("SocketFiles, outlive their programs, but for abstract names, until a lock finds that they are dead", () => {
  const files = new SocketFiles();
  files.bind(listenerOn("/run/a"));
  files.bind(listenerOn("\0abstract"));
  files.abandon();
  assert.deepEqual([files.find("/run/a"), files.find("\0abstract")], ["ECONNREFUSED", "ENOENT"]);
  assert.throws(() => files.bind(listenerOn("/run/a")), { code: "EADDRINUSE" });
  files.lock("/run/a").take();
  files.bind(listenerOn("/run/a"));
});

test("SocketFiles, lock, is held by one", () => {
  const files = new SocketFiles();
  const [one, other] = [files.lock("/run/a"), files.lock("/run/a")];
  one.take();
  assert.equal(files.isLocked("/run/a"), true);
  assert.throws(() => other.take(), InvalidStateError);
  other.release();
  assert.equal(files.isLocked("/run/a"), true);
  one.release();
  assert.equal(files.isLocked("/run/a"), false);
  other.take();
  files.abandon();
  assert.equal(files.isLocked("/run/a"), false);
});
