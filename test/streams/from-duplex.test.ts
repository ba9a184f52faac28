import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { Duplex, duplexPair } from "node:stream";
import { test } from "node:test";
import { Recorder } from "../conformance/stream-fixtures.ts";
import { until } from "../conformance/running.ts";
import { fromDuplex } from "../../src/streams/from-duplex.ts";
import { IPv4Address, IPv6Address, PipeAddress } from "../../src/transport/address.ts";
import "../support/quiet-logs.ts";

test("fromDuplex, over a socket, has its addresses; over anything else none", async () => {
  const server = createServer((socket) => socket.end("hello"));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  await new Promise((resolve) => socket.once("connect", resolve));
  const protocol = new Recorder();
  const transport = fromDuplex(socket, protocol);
  assert.ok(new IPv4Address("TCP", "127.0.0.1", port).equals(transport.getPeer()));
  assert.ok(new IPv4Address("TCP", "127.0.0.1", socket.localPort!).equals(transport.getHost()));
  await until(() => protocol.lost !== undefined);
  assert.deepEqual([protocol.text, protocol.reason], ["hello", "ConnectionDone"]);
  server.close();

  const [ours] = duplexPair();
  const other = fromDuplex(ours, new Recorder());
  assert.ok(other.getPeer() instanceof PipeAddress);
  other.abortConnection();

  const located = Object.assign(duplexPair()[0], { remoteAddress: "::1", remotePort: 7 });
  const third = fromDuplex(located, new Recorder());
  assert.ok(new IPv6Address("TCP", "::1", 7).equals(third.getPeer()));
  third.abortConnection();
});

test("fromDuplex, over the pipes of a child, talks to it", async () => {
  const child = spawn(process.execPath, ["-e", "process.stdin.pipe(process.stdout)"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const protocol = new Recorder();
  const pipes = Duplex.from({ readable: child.stdout, writable: child.stdin });
  fromDuplex(pipes, protocol).write("hello");
  await new Promise<void>((resolve) => {
    protocol.onData = () => protocol.text === "hello" && resolve();
  });
  protocol.transport.loseConnection();
  assert.equal(await new Promise((resolve) => child.once("close", resolve)), 0);
  await until(() => protocol.lost !== undefined);
  assert.equal(protocol.reason, "ConnectionDone");
});

test("fromDuplex, of what is no stream, is refused", () => {
  assert.throws(() => fromDuplex(undefined as never, new Recorder()), TypeError);
  assert.throws(
    () => fromDuplex({} as never, new Recorder()),
    /Cannot read from a stream: .* is none, expected a stream of bytes/,
  );
});

test("fromDuplex, a Duplex that would end by itself, is kept open for a protocol that wants it so", async () => {
  const [ours, theirs] = duplexPair({ allowHalfOpen: false });
  const protocol = new Recorder();
  fromDuplex(ours, protocol);
  assert.equal(ours.allowHalfOpen, true);
  theirs.resume().end();
  await until(() => protocol.lost !== undefined);
  assert.equal(protocol.reason, "ConnectionDone");
});
