/** What arrives, what is kept of it, and what happens when connections end in the middle of a turn. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, test } from "node:test";
import { EpollCore } from "../../../src/reactor/epoll/epoll-core.ts";
import type { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { capturedLogs } from "../../../src/logger/captured-logs.ts";
import { WriteBatch } from "../../../src/transport/write-batch.ts";
import { until } from "../../conformance/running.ts";
import { Recorder, RecordingClientFactory, RecordingFactory } from "../../conformance/stream-fixtures.ts";
import "../../support/quiet-logs.ts";
import { HOST, listen, native, portOf, runs, skip, withNodePort, withPeer } from "./over-core.ts";

const KIB = 1024;

/** Keeps the very pieces it is given. */
class Keeper extends Recorder {
  readonly kept: Buffer[] = [];

  override dataReceived(data: Buffer): void {
    this.kept.push(data);
  }
}

class Borrower extends Keeper {
  readonly borrowsData = true;
}

/** Sockets of Node that are connected to a port of ours. */
async function withSockets(
  reactor: EpollReactor,
  count: number,
  setUp: (protocol: Recorder) => void,
  body: (sockets: Socket[], protocols: Recorder[]) => Promise<void>,
): Promise<void> {
  const { port, factory } = listen(reactor, setUp);
  const sockets = Array.from({ length: count }, () => connect(port, HOST).on("error", () => {}));
  try {
    await until(() => factory.protocols.length === count, "the connections");
    await body(sockets, factory.protocols);
  } finally {
    for (const socket of sockets) socket.destroy();
  }
}

/** Writes to all sockets before the loop comes to look at what arrives: one turn has it all. */
function writeAll(sockets: readonly Socket[], data: (n: number) => string | Uint8Array): void {
  for (const [n, socket] of sockets.entries()) socket.write(data(n));
}

describe("received pieces", { skip }, () => {
  test("small ones, are copies: 10,000 kept pieces of 10 bytes hold little more than themselves", () =>
    runs(async (reactor) => {
      const CONNECTIONS = 100;
      const ROUNDS = 100;
      const kept: Buffer[] = [];
      await withSockets(
        reactor,
        CONNECTIONS,
        (protocol) => (protocol.dataReceived = (data) => kept.push(data)),
        async (sockets) => {
          for (let round = 1; round <= ROUNDS; round++) {
            writeAll(sockets, (n) => String(round * CONNECTIONS + n).padStart(10));
            await until(() => kept.length === round * CONNECTIONS, "the pieces");
          }
        },
      );
      const held = new Set(kept.map(({ buffer }) => buffer));
      const bytes = [...held].reduce((sum, { byteLength }) => sum + byteLength, 0);
      assert.ok(bytes / kept.length < 64, `${bytes / kept.length} bytes are held for each piece`);
      const numbers = new Set(kept.map(Number));
      assert.equal(numbers.size, CONNECTIONS * ROUNDS);
    }));

  for (const size of [4095, 4096, 20 * KIB, 64 * KIB]) {
    test(`of ${size} bytes, are the receiver's, whatever comes after, and hold at most eight times their size`, () =>
      runs(async (reactor) => {
        await withPeer(
          reactor,
          async (protocol, socket) => {
            const { kept } = protocol as Keeper;
            let sent = 0;
            for (let n = 0; n < 30; n++) {
              socket.write(Buffer.alloc(size, n));
              sent += size;
              await until(() => kept.reduce((sum, { length }) => sum + length, 0) === sent, "the piece");
            }
            const all = Buffer.concat(kept);
            for (let n = 0; n < 30; n++) assert.ok(all.subarray(n * size, (n + 1) * size).every((byte) => byte === n));
            for (const piece of kept) {
              const limit = Math.max(8 * KIB, 8 * piece.length);
              assert.ok(piece.buffer.byteLength <= limit, `${piece.length} bytes hold ${piece.buffer.byteLength}`);
            }
          },
          undefined,
          Keeper,
        );
      }));
  }

  test("of a protocol that borrows, are views of memory that is used again", () =>
    runs(async (reactor) => {
      await withPeer(
        reactor,
        async (protocol, socket) => {
          const { kept } = protocol as Keeper;
          for (const text of ["first", "other"]) {
            const before = kept.length;
            socket.write(text);
            await until(() => kept.length > before, text);
          }
          assert.equal(String(kept[1]), "other");
          assert.equal(kept[0]!.buffer, kept[1]!.buffer);
          assert.equal(String(kept[0]), "other", "the first piece is overwritten");
        },
        undefined,
        Borrower,
      );
    }));

  test("that were borrowed and are written to a slow peer, arrive as they were", () =>
    runs(async (reactor) => {
      await withNodePort(async (port, sockets) => {
        const clients = new RecordingClientFactory();
        reactor.connectTCP(HOST, port, clients);
        await until(() => clients.protocols.length === 1 && sockets.length === 1, "the slow connection");
        const relay = clients.only;
        await withPeer(
          reactor,
          async (_protocol, socket) => {
            const PIECES = 400;
            for (let n = 0; n < PIECES; n++) socket.write(Buffer.alloc(32 * KIB, n));
            await until(() => socket.writableLength === 0, "everything to be passed on");
            let at = 0;
            for await (const chunk of sockets[0]! as AsyncIterable<Buffer>) {
              for (const byte of chunk) {
                if (byte !== (Math.floor(at / (32 * KIB)) & 0xff)) assert.fail(`byte ${at} is wrong`);
                at++;
              }
              if (at === PIECES * 32 * KIB) break;
            }
          },
          (protocol) => (protocol.dataReceived = (data) => relay.transport.write(data)),
          Borrower,
        );
      });
    }));

  test("of more connections than the slab has room for, all arrive", () =>
    runs(async (reactor) => {
      const CONNECTIONS = 24;
      const SIZE = 100 * KIB;
      await withSockets(
        reactor,
        CONNECTIONS,
        () => {},
        async (sockets, protocols) => {
          writeAll(sockets, (n) => Buffer.alloc(SIZE, n));
          const total = (): number =>
            protocols.reduce((sum, { chunks }) => sum + chunks.reduce((bytes, { length }) => bytes + length, 0), 0);
          await until(() => total() === CONNECTIONS * SIZE, "everything");
          const seen = protocols.map(({ received }) => {
            assert.ok(received.every((byte) => byte === received[0]));
            return received[0]!;
          });
          assert.deepEqual(
            seen.sort((a, b) => a - b),
            Array.from({ length: CONNECTIONS }, (_, n) => n),
          );
        },
      );
    }));

  test("that are sent to another thread, leave the core's memory where it is", () =>
    runs(async (reactor) => {
      await withPeer(
        reactor,
        async (protocol, socket) => {
          const { kept } = protocol as Keeper;
          for (let n = 1; n <= 3; n++) {
            socket.write(Buffer.alloc(64 * KIB, n));
            const sum = (): number => kept.reduce((bytes, { length }) => bytes + length, 0);
            await until(() => sum() === n * 64 * KIB, "the piece");
            const { buffer } = kept.at(-1)!;
            // Node's own pool is guarded the same way: the attempt is refused, or does nothing.
            try {
              structuredClone(null, { transfer: [buffer as ArrayBuffer] });
            } catch (error) {
              assert.equal((error as Error).name, "DataCloneError");
            }
            assert.notEqual(buffer.byteLength, 0);
          }
        },
        undefined,
        Keeper,
      );
    }));
});

describe("a turn", { skip }, () => {
  test("a connection that another one aborts in it, hears nothing more but that", () =>
    runs(async (reactor) => {
      const order: Recorder[] = [];
      let all: Recorder[] = [];
      await withSockets(
        reactor,
        10,
        (protocol) =>
          (protocol.onData = () => {
            order.push(protocol);
            for (const other of all) if (other !== protocol) other.transport.abortConnection();
          }),
        async (sockets, protocols) => {
          all = protocols;
          writeAll(sockets, () => "all at once");
          await until(() => protocols.filter(({ lost }) => lost !== undefined).length === 9, "nine ends");
          assert.equal(order.length, 1);
          assert.equal(protocols.filter(({ chunks }) => chunks.length > 0).length, 1);
        },
      );
    }));
  test("connections made in one in which others end, get none of their events", () =>
    runs(async (reactor) => {
      await withNodePort(async (port, accepted) => {
        const clients = new RecordingClientFactory();
        let protocols: Recorder[] = [];
        await withSockets(
          reactor,
          20,
          (protocol) =>
            (protocol.onData = () => {
              if (clients.events.length > 0) return;
              for (const other of protocols) other.transport.abortConnection();
              for (let n = 0; n < 20; n++) reactor.connectTCP(HOST, port, clients);
            }),
          async (sockets, ours) => {
            protocols = ours;
            writeAll(sockets, () => "old");
            await until(() => clients.protocols.length === 20 && accepted.length === 20, "the new ones");
            await until(() => ours.every(({ lost }) => lost !== undefined), "the end of the old ones");
            for (const socket of accepted) socket.write("new");
            await until(() => clients.protocols.every(({ text }) => text === "new"), "the new data");
            assert.ok(clients.protocols.every(({ lost }) => lost === undefined));
          },
        );
      });
    }));
  test("a port that is closed in it, drops the connections that it would have had", () =>
    runs(async (reactor) => {
      const factory = new RecordingFactory();
      const listening = reactor.listenTCP(0, factory, { interface: HOST });
      let built = 0;
      factory.buildProtocol = () => {
        built++;
        void listening.stopListening();
        return null;
      };
      const sockets = Array.from({ length: 5 }, () => connect(portOf(listening), HOST).on("error", () => {}));
      await Promise.all(sockets.map((socket) => once(socket, "close")));
      assert.equal(built, 1);
    }));
});

describe("EpollCore", { skip }, () => {
  test("gathered bytes, never go to another owner of their slot", async () => {
    await withNodePort(async (port, sockets) => {
      const core = new EpollCore(native, new WriteBatch());
      try {
        const dial = async (): Promise<number> => {
          let connected = false;
          const slot = native.connect(core.handle, HOST, port, "", 0);
          core.own(slot, "connect", { connected: () => (connected = true) });
          const before = sockets.length;
          await until(() => connected && sockets.length > before, "the connection");
          return slot;
        };
        const first = await dial();
        assert.ok(core.gather(first, Buffer.from("for the first")));
        core.release(first);
        const second = await dial();
        assert.equal(second, first, "the slot is used again");
        core.gather(second, Buffer.from("for the second"));
        core.flush();
        core.release(second);
        const heard = await Promise.all(
          sockets.map(async (socket) => {
            let text = "";
            for await (const chunk of socket) text += String(chunk);
            return text;
          }),
        );
        assert.deepEqual(heard, ["for the first", "for the second"]);
      } finally {
        core.close();
      }
    });
  });

  test("gather, joins what follows for the same slot, and refuses what the slab has no room for", async () => {
    await withNodePort(async (port, sockets) => {
      const core = new EpollCore(native, new WriteBatch());
      let connected = false;
      const slot = native.connect(core.handle, HOST, port, "", 0);
      core.own(slot, "connect", { connected: () => (connected = true) });
      await until(() => connected && sockets.length === 1, "the connection");
      let gathered = 0;
      while (core.gather(slot, Buffer.alloc(1000, gathered))) gathered++;
      assert.equal(gathered, Math.floor((512 * KIB) / 1000), "it refuses when the slab is full");
      core.flush();
      assert.ok(core.gather(slot, Buffer.from("room again")));
      core.close();
      // A closed core takes and does nothing.
      core.flush();
      core.release(slot);
      core.watch(slot, 1);
      core.close();
    });
  });

  test("gather, takes what is borrowed of the received bytes without a copy", async () => {
    await withNodePort(async (port, sockets) => {
      const core = new EpollCore(native, new WriteBatch());
      const received: boolean[] = [];
      const slot = native.connect(core.handle, HOST, port, "", 0);
      core.own(slot, "connect", {
        connected: () => core.watch(slot, 1),
        received: (_, offset, length) => {
          const bytes = core.bytes(offset, length, true);
          received.push(core.gather(slot, bytes), core.isBorrowed(bytes));
          // Had it been copied, the peer would see what it sent.
          bytes.fill("!");
        },
      });
      await until(() => sockets.length === 1, "the connection");
      sockets[0]!.write(Buffer.alloc(3000, "."));
      const [echoed] = (await once(sockets[0]!.resume(), "data")) as [Buffer];
      assert.ok(received.every(Boolean));
      assert.equal(String(echoed), "!".repeat(echoed.length));
      core.close();
    });
  });

  test("an owner that throws, is logged, and the other events of the turn are told", async () => {
    await withNodePort(async (port) => {
      const logs = capturedLogs();
      const core = new EpollCore(native, new WriteBatch());
      let told = 0;
      const connected = (): void => {
        if (++told < 3) throw new Error(`told ${told}`);
      };
      for (let n = 0; n < 3; n++) core.own(native.connect(core.handle, HOST, port, "", 0), "connect", { connected });
      await until(() => told === 3, "all events");
      core.close();
      logs.stop();
      const messages = logs.flatMap((event) => event.logFailure?.getErrorMessage() ?? []);
      assert.deepEqual(messages, ["told 1", "told 2"]);
    });
  });

  test("own and watch, throw what the system answered", () => {
    const core = new EpollCore(native, new WriteBatch());
    assert.throws(() => core.own(-98, "listen", {}), { code: "EADDRINUSE", syscall: "listen" });
    assert.throws(() => core.watch(12_345, 1), { code: "EBADF", syscall: "epoll_ctl" });
    assert.ok(core.idle);
    core.close();
  });
});
