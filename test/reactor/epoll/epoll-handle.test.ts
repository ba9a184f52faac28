/** A connection that ends, breaks or is slow. What all handles do is in the conformance suites. */
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { describe, test } from "node:test";
import type { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import type { ConnectionLost } from "../../../src/transport/errors.ts";
import { until } from "../../conformance/running.ts";
import { HalfClosingRecorder, RecordingClientFactory } from "../../conformance/stream-fixtures.ts";
import type { Recorder } from "../../conformance/stream-fixtures.ts";
import "../../support/quiet-logs.ts";
import { HOST, runs, skip, withNodePort, withPeer } from "./over-core.ts";

const KIB = 1024;

/** A connection of ours to a socket of Node that does not read. */
async function toSlowPeer(
  reactor: EpollReactor,
  body: (protocol: Recorder, socket: Socket) => Promise<void>,
): Promise<void> {
  await withNodePort(async (port, sockets) => {
    const clients = new RecordingClientFactory();
    reactor.connectTCP(HOST, port, clients);
    await until(() => clients.protocols.length === 1 && sockets.length === 1, "the connection");
    await body(clients.only, sockets[0]!);
  });
}

/** Reads to the end, and compares with what was written. */
async function expectBytes(socket: Socket, wanted: Buffer): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  // Not `deepEqual`, which would print megabytes.
  assert.ok(Buffer.concat(chunks).equals(wanted));
}

function bytes(length: number): Buffer {
  const result = Buffer.allocUnsafe(length);
  for (let at = 0; at + 4 <= length; at += 4) result.writeUInt32LE(at, at);
  return result.fill(7, length - (length % 4));
}

function causeOf(protocol: Recorder): string | undefined {
  const cause = (protocol.lost?.value as ConnectionLost | undefined)?.cause;
  return (cause as NodeJS.ErrnoException | undefined)?.code;
}

/** The processor time that this process uses while the loop does nothing for 50 ms. */
async function idleTime(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 10));
  const start = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, 50));
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

describe("EpollHandle", { skip }, () => {
  for (const [size, name] of [
    [100, "tiny"],
    [16 * KIB, "gathered"],
    [16 * KIB + 1, "direct"],
    [1024 * KIB, "huge"],
  ] as const) {
    test(`send, ${name} pieces of far more than the system takes, arrive in order`, () =>
      runs(async (reactor) => {
        await toSlowPeer(reactor, async (protocol, socket) => {
          const all = bytes(12 * 1024 * KIB);
          for (let at = 0; at < all.length; at += size) protocol.transport.write(all.subarray(at, at + size));
          protocol.transport.loseConnection();
          await new Promise((resolve) => setImmediate(resolve));
          await expectBytes(socket, all);
          await until(() => protocol.lost !== undefined, "the end");
          assert.equal(protocol.reason, "ConnectionDone");
        });
      }));
  }

  test("send, more in each of many turns while the peer is slow, keeps the order", () =>
    runs(async (reactor) => {
      await toSlowPeer(reactor, async (protocol, socket) => {
        const all = bytes(16 * 1024 * KIB);
        const sizes = [1, 70_000, 500, 16_384, 300_000, 3];
        let at = 0;
        for (let n = 0; at < all.length; n++) {
          const size = sizes[n % sizes.length]!;
          protocol.transport.write(all.subarray(at, at + size));
          at += size;
          if (n % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
          if (n === 200) socket.resume();
        }
        protocol.transport.loseWriteConnection();
        socket.pause();
        await until(() => true);
        const rest: Buffer[] = [];
        for await (const chunk of socket as AsyncIterable<Buffer>) rest.push(chunk);
        // The beginning went by while nobody kept it; what is left is the end of it all.
        const tail = Buffer.concat(rest);
        assert.ok(tail.equals(all.subarray(all.length - tail.length)));
        assert.equal(socket.bytesRead, all.length);
      });
    }));

  test("a peer that is gone while bytes wait, ends the connection with the system's reason", () =>
    runs(async (reactor) => {
      await toSlowPeer(reactor, async (protocol, socket) => {
        protocol.transport.write(bytes(12 * 1024 * KIB));
        await new Promise((resolve) => setImmediate(resolve));
        socket.resetAndDestroy();
        await until(() => protocol.lost !== undefined, "the end");
        assert.equal(protocol.reason, "ConnectionLost");
        assert.match(causeOf(protocol)!, /^(ECONNRESET|EPIPE)$/);
      });
    }));

  for (const [how, size] of [
    ["gathered", 10],
    ["directly", 100 * KIB],
  ] as const) {
    test(`write to a peer that has reset, ${how}, ends the connection, and no call throws`, () =>
      runs(async (reactor) => {
        await withPeer(reactor, async (protocol, socket) => {
          protocol.transport.pauseProducing();
          socket.resetAndDestroy();
          await until(() => socket.closed, "the reset");
          protocol.transport.write(bytes(size));
          protocol.transport.write("more");
          await until(() => protocol.lost !== undefined, "the end");
          assert.equal(protocol.reason, "ConnectionLost");
          assert.match(causeOf(protocol)!, /^(ECONNRESET|EPIPE)$/);
          protocol.transport.write("too late");
          protocol.transport.setTcpNoDelay(true);
          protocol.transport.setTcpKeepAlive(true);
          protocol.transport.loseWriteConnection();
          protocol.transport.loseConnection();
        });
      }));
  }

  test("a reset while reading is paused, is told when it goes on", () =>
    runs(async (reactor) => {
      await withPeer(reactor, async (protocol, socket) => {
        protocol.transport.pauseProducing();
        socket.write("never read");
        socket.resetAndDestroy();
        assert.ok((await idleTime()) < 25);
        assert.equal(protocol.lost, undefined);
        protocol.transport.resumeProducing();
        await until(() => protocol.lost !== undefined, "the end");
        assert.equal(causeOf(protocol), "ECONNRESET");
      });
    }));

  test("the peer's end while reading is paused, waits without using the processor, behind what was sent before it", () =>
    runs(async (reactor) => {
      await withPeer(
        reactor,
        async (protocol, socket) => {
          protocol.transport.pauseProducing();
          socket.end("last words");
          await until(() => socket.writableFinished, "the end");
          assert.ok((await idleTime()) < 25, "the loop is busy");
          assert.deepEqual(protocol.events, ["made"]);
          protocol.transport.resumeProducing();
          await until(() => protocol.events.includes("read lost"), "the end");
          assert.equal(protocol.text, "last words");
        },
        undefined,
        HalfClosingRecorder,
      );
    }));

  test("half-closed on both sides in turn, is not told twice and uses no processor between", () =>
    runs(async (reactor) => {
      await withPeer(
        reactor,
        async (protocol, socket) => {
          socket.end();
          await until(() => protocol.events.includes("read lost"), "the peer's end");
          assert.ok((await idleTime()) < 25, "the loop is busy");
          protocol.transport.loseWriteConnection();
          await until(() => protocol.lost !== undefined, "our end");
          assert.deepEqual(protocol.events, ["made", "read lost", "write lost", "lost"]);
        },
        undefined,
        HalfClosingRecorder,
      );
    }));

  test("loseWriteConnection, towards a peer that has reset, ends the connection", () =>
    runs(async (reactor) => {
      await withPeer(
        reactor,
        async (protocol, socket) => {
          protocol.transport.pauseProducing();
          socket.resetAndDestroy();
          await until(() => socket.closed, "the reset");
          protocol.transport.loseWriteConnection();
          await until(() => protocol.lost !== undefined, "the end");
          assert.equal(causeOf(protocol), "ENOTCONN");
        },
        undefined,
        HalfClosingRecorder,
      );
    }));

  test("a pull producer, is asked once for each piece, also by a peer that is slow", () =>
    runs(async (reactor) => {
      await toSlowPeer(reactor, async (protocol, socket) => {
        const PIECES = 100;
        let asked = 0;
        protocol.transport.registerProducer(
          {
            resumeProducing() {
              protocol.transport.write(Buffer.alloc(100 * KIB, ++asked));
              if (asked === PIECES) protocol.transport.unregisterProducer();
            },
            stopProducing() {},
          },
          false,
        );
        protocol.transport.loseConnection();
        await new Promise((resolve) => setTimeout(resolve, 20));
        await expectBytes(
          socket,
          Buffer.concat(Array.from({ length: PIECES }, (_, n) => Buffer.alloc(100 * KIB, n + 1))),
        );
        assert.equal(asked, PIECES);
      });
    }));

  test("the reactor's end, sends what was written before it", () =>
    withNodePort(async (port, sockets) => {
      await runs(async (reactor) => {
        const clients = new RecordingClientFactory();
        reactor.connectTCP(HOST, port, clients);
        await until(() => clients.protocols.length === 1 && sockets.length === 1, "the connection");
        clients.only.transport.write("goodbye");
      });
      await expectBytes(sockets[0]!, Buffer.from("goodbye"));
    }));
});
