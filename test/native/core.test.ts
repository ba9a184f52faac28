/** The functions of the native core, called with what nobody should give them. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { setFlagsFromString } from "node:v8";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import type { CoreHandle } from "../../src/reactor/epoll/native-core.ts";
import { until } from "../conformance/running.ts";
import { HOST, native, skip, withNodePort } from "../reactor/epoll/over-core.ts";

interface Opened {
  readonly core: CoreHandle;
  readonly events: Int32Array;
  readonly sends: Int32Array;
  readonly sendSlab: Uint8Array;
  slab: Uint8Array;
  turns: number[];
  onTurn: (count: number) => void;
}

function open(): Opened {
  const opened = {
    events: new Int32Array(4096),
    sends: new Int32Array(64),
    sendSlab: new Uint8Array(4096),
    slab: new Uint8Array(70_000),
    turns: [] as number[],
    onTurn: () => {},
  } as unknown as { -readonly [K in keyof Opened]: Opened[K] };
  opened.core = native.open(
    (count) => {
      opened.turns.push(count);
      opened.onTurn(count);
    },
    opened.events,
    opened.sends,
    opened.sendSlab,
    opened.slab,
  );
  return opened;
}

/** Takes the memory of a view away, as sending it to another thread does. */
function detach(view: Int32Array | Uint8Array): void {
  structuredClone(null, { transfer: [view.buffer as ArrayBuffer] });
  assert.equal(view.length, 0);
}

function portOfSlot(core: CoreHandle, slot: number): number {
  return Number(String(native.name(core, slot, 0)).split(" ")[1]);
}

const gc = (() => {
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
})();

describe("the native core", { skip }, () => {
  test("open, refuses what is no function and memory of other types or too little", () => {
    const good = [
      () => {},
      new Int32Array(4096),
      new Int32Array(4),
      new Uint8Array(1),
      new Uint8Array(70_000),
    ] as const;
    const attempt = (place: number, value: unknown) => () =>
      native.open(...(good.map((argument, n) => (n === place ? value : argument)) as unknown as typeof good));
    for (let place = 0; place < 5; place++) {
      for (const value of [undefined, {}, new Float64Array(100_000), new ArrayBuffer(100_000)]) {
        assert.throws(attempt(place, value), TypeError);
      }
    }
    assert.throws(attempt(1, new Int32Array(4095)), RangeError);
    assert.throws(attempt(2, new Int32Array(3)), RangeError);
    assert.throws(attempt(3, new Uint8Array(0)), RangeError);
    assert.throws(attempt(4, new Uint8Array(65_535)), RangeError);
    assert.throws(() => (native.open as () => unknown)(), /too few arguments/);
  });

  test("a core that is closed, is refused everywhere, also when the loop has let go of it", async () => {
    const { core, slab } = open();
    native.close(core);
    for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
    gc();
    const closed = /Cannot use the core: it is closed, or none was given/;
    assert.throws(() => native.close(core), closed);
    assert.throws(() => native.flush(core, 0), closed);
    assert.throws(() => native.setReceiveSlab(core, slab), closed);
    assert.throws(() => native.listen(core, HOST, 0, 1), closed);
    assert.throws(() => native.release(core, 0, 0), closed);
  });

  test("an external of somebody else, is not taken for a core", async () => {
    const { core } = open();
    await withNodePort(async (port) => {
      const socket = connect(port, HOST);
      // Node's own: a pointer to something of its own.
      const { _externalStream: external } = (socket as unknown as { _handle: { _externalStream: unknown } })._handle;
      assert.equal(typeof external, "object");
      assert.throws(() => native.flush(external as CoreHandle, 0), TypeError);
      assert.throws(() => native.close(external as CoreHandle), TypeError);
      socket.destroy();
    });
    native.close(core);
  });

  test("the receive slab, transferred, is missed in the next turn, and another takes its place", async () => {
    const opened = open();
    const { core } = opened;
    await withNodePort(async (port, sockets) => {
      const slot = native.connect(core, HOST, port, "", 0);
      await until(() => opened.turns.length === 1 && sockets.length === 1, "the connection");
      native.watch(core, slot, 1);
      detach(opened.slab);
      opened.onTurn = (count) => {
        if (opened.slab.length > 0) return;
        assert.equal(count, 0, "nothing is received");
        opened.slab = new Uint8Array(70_000);
        native.setReceiveSlab(core, opened.slab);
      };
      sockets[0]!.write("hello");
      await until(() => opened.slab[4] === "o".charCodeAt(0), "the data");
      assert.equal(Buffer.from(opened.slab.subarray(0, 5)).toString(), "hello");
      assert.deepEqual([...opened.events.subarray(0, 4)], [2, slot, 0, 5]);
    });
    native.close(core);
  });

  test("memory that shrinks, is missed as well", async () => {
    const opened = open();
    const { core } = opened;
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: { maxByteLength: number },
    ) => ArrayBuffer & { resize(length: number): void };
    const buffer = new Resizable(70_000, { maxByteLength: 70_000 });
    native.setReceiveSlab(core, new Uint8Array(buffer));
    await withNodePort(async (port, sockets) => {
      const slot = native.connect(core, HOST, port, "", 0);
      await until(() => opened.turns.length === 1 && sockets.length === 1, "the connection");
      native.watch(core, slot, 1);
      buffer.resize(0);
      opened.onTurn = () => native.setReceiveSlab(core, opened.slab);
      sockets[0]!.write("hello");
      await until(() => opened.slab[4] === "o".charCodeAt(0), "the data");
    });
    native.close(core);
  });

  test("what is to be sent, transferred, is refused; the event list, transferred, closes the core", async () => {
    const sends = open();
    detach(sends.sends);
    assert.throws(() => native.flush(sends.core, 0), /its memory was transferred|memory of the core was transferred/);
    native.close(sends.core);
    const slabs = open();
    detach(slabs.sendSlab);
    assert.throws(() => native.flush(slabs.core, 0), TypeError);
    native.close(slabs.core);
    const events = open();
    await withNodePort(async (port) => {
      native.connect(events.core, HOST, port, "", 0);
      detach(events.events);
      await until(() => {
        try {
          native.flush(events.core, 0);
          return false;
        } catch {
          return true;
        }
      }, "the end of the core");
    });
    assert.deepEqual(events.turns, []);
  });

  test("flush, answers for each what was sent, and refuses slots and places that are none", async () => {
    const opened = open();
    const { core, sends } = opened;
    await withNodePort(async (port) => {
      const slot = native.connect(core, HOST, port, "", 0);
      const listener = native.listen(core, HOST, 0, 1);
      await until(() => opened.turns.length === 1, "the connection");
      const entries = [
        [slot, 0, 10],
        [listener, 0, 10],
        [999, 0, 10],
        [-1, 0, 10],
        [slot, 4090, 10],
        [slot, ~69_995, 10],
        [slot, 0, -1],
        [slot, 4096, 0],
      ];
      for (const [n, [index, offset, length]] of entries.entries()) sends.set([index!, offset!, length!, 77], n * 4);
      assert.equal(native.flush(core, entries.length), 6);
      const EBADF = -9;
      assert.deepEqual(
        entries.map((_, n) => sends[n * 4 + 3]),
        [10, EBADF, EBADF, EBADF, EBADF, EBADF, EBADF, 0],
      );
      assert.throws(() => native.flush(core, 17), RangeError);
      assert.throws(() => native.flush(core, -1), RangeError);
      assert.equal(native.shutdown(core, listener), -22);
      assert.equal(native.send(core, listener, opened.sendSlab, 0), -22);
      assert.equal(native.send(core, slot, opened.sendSlab, 5000), -22);
      assert.equal(native.send(core, slot, opened.sendSlab, -1), -22);
    });
    native.close(core);
  });

  test("flush, sends the entries of one slot as one, from either slab, in order", async () => {
    const opened = open();
    const { core, sends } = opened;
    await withNodePort(async (port, sockets) => {
      const slot = native.connect(core, HOST, port, "", 0);
      await until(() => opened.turns.length === 1 && sockets.length === 1, "the connection");
      opened.sendSlab.set(Buffer.from("head-tail"));
      opened.slab.set(Buffer.from("body"), 7);
      const entries = [
        [slot, 0, 5],
        [slot, ~7, 4],
        [slot, 4, 5],
      ];
      for (const [n, entry] of entries.entries()) sends.set(entry, n * 4);
      assert.equal(native.flush(core, entries.length), 0);
      assert.deepEqual([sends[3], sends[7], sends[11]], [5, 4, 5]);
      assert.equal(String((await once(sockets[0]!.resume(), "data"))[0]), "head-body-tail");
    });
    native.close(core);
  });

  test("flush, answers 0 for the entries of a slot that is full, and goes on with others", async () => {
    const opened = open();
    const { core, sends } = opened;
    await withNodePort(async (port, sockets) => {
      const [full, other] = [native.connect(core, HOST, port, "", 0), native.connect(core, HOST, port, "", 0)];
      await until(() => sockets.length === 2 && opened.turns.length > 0, "the connections");
      const filler = Buffer.alloc(1 << 20);
      while (native.send(core, full, filler, 0) > 0) continue;
      const entries = [full, other, full];
      for (const [n, slot] of entries.entries()) sends.set([slot, 0, 4096, 77], n * 4);
      assert.equal(native.flush(core, entries.length), 2);
      assert.deepEqual([sends[3], sends[7], sends[11]], [0, 4096, 0]);
    });
    native.close(core);
  });

  test("closing the core inside its own callback, ends the turn", async () => {
    const opened = open();
    const { core } = opened;
    await withNodePort(async (port) => {
      for (let n = 0; n < 10; n++) native.connect(core, HOST, port, "", 0);
      opened.onTurn = () => {
        native.close(core);
        gc();
      };
      await until(() => opened.turns.length > 0, "the turn");
      for (let n = 0; n < 10; n++) await new Promise((resolve) => setImmediate(resolve));
      assert.equal(opened.turns.length, 1);
    });
  });

  test("slots, closed in a turn, are nobody's until it is over, and then somebody's again", async () => {
    const opened = open();
    const { core } = opened;
    await withNodePort(async (port) => {
      const slot = native.connect(core, HOST, port, "", 0);
      let other = -1;
      opened.onTurn = () => {
        opened.onTurn = () => {};
        native.release(core, slot, 0);
        assert.equal(native.release(core, slot, 0), -9, "EBADF");
        other = native.connect(core, HOST, port, "", 0);
      };
      await until(() => other !== -1, "the turn");
      assert.notEqual(other, slot);
      assert.equal(native.connect(core, HOST, port, "", 0), slot);
    });
    native.close(core);
  });

  test("addresses, are read strictly", () => {
    const { core } = open();
    const EINVAL = -22;
    for (const host of [
      "",
      "localhost",
      "127.0.0.1\0x",
      "1.2.3",
      "::1%",
      "::1::",
      "%",
      "x".repeat(300),
      "é".repeat(130),
    ]) {
      const slot = native.listen(core, host, 0, 1);
      if (host !== "::1%") assert.equal(slot, EINVAL, host);
    }
    assert.equal(native.listen(core, HOST, 65_536, 1), EINVAL);
    assert.equal(native.listen(core, "", -1, 1), -36);
    assert.equal(native.listen(core, `/tmp/${"x".repeat(104)}`, -1, 1), -36);
    assert.equal(native.connect(core, HOST, 1, "nowhere", 0), EINVAL - 1000);
    assert.equal(native.connect(core, HOST, 1, "192.0.2.1", 0), -99 - 1000, "EADDRNOTAVAIL");
    const abstract = native.listen(core, `\0hawser-${process.pid}`, -1, 1);
    assert.equal(native.name(core, abstract, 0), `\0hawser-${process.pid}`);
    const listener = native.listen(core, "::1", 0, 1);
    assert.ok(portOfSlot(core, listener) > 0);
    assert.equal(native.name(core, listener, 1), -107, "ENOTCONN");
    assert.equal(native.setOption(core, listener, 5, 1), EINVAL);
    native.close(core);
  });

  test("descriptors that the core has already, are not adopted or watched again", async () => {
    const { core } = open();
    const { readdirSync, readlinkSync } = await import("node:fs");
    const sockets = (): Set<number> =>
      new Set(
        readdirSync("/proc/self/fd")
          .map(Number)
          .filter((fd) => {
            try {
              return readlinkSync(`/proc/self/fd/${fd}`).startsWith("socket:");
            } catch {
              return false;
            }
          }),
      );
    const before = sockets();
    native.listen(core, HOST, 0, 1);
    const [fd] = [...sockets()].filter((number) => !before.has(number));
    assert.equal(native.adopt(core, fd!, 1), -17);
    assert.equal(native.watchDescriptor(core, fd!), -17);
    const watched = native.watchDescriptor(core, 0);
    assert.equal(native.watchDescriptor(core, 0), -17);
    assert.equal(native.release(core, watched, 0), 0);
    assert.equal(native.release(core, native.watchDescriptor(core, 0), 1), 0);
    native.close(core);
  });

  test("spawn and reap, refuse plans that do not fit their strings, and slots that are no processes", async () => {
    const EINVAL = -22;
    const { core } = open();
    const strings = (...all: string[]): Uint8Array => Buffer.from(all.map((text) => `${text}\0`).join(""));
    const spawn = (bytes: Uint8Array, ...plan: number[]): number => native.spawn(core, bytes, Int32Array.from(plan));
    const good = strings("/bin/true", "", "true", "A=1");
    for (const plan of [
      [],
      [1, 1, -1, -1],
      [0, 1, -1, -1, 0],
      [1, 2, -1, -1, 0],
      [2 ** 31 - 1, 1, -1, -1, 0],
      [1, -1, -1, -1, 0],
      [1, 1, -1, -1, -1],
      [1, 1, -1, -1, 1, 0],
      [1, 1, -1, -1, 1025],
      [1, 1, -1, -1, 1, -1, -1],
      [1, 1, -1, -1, 1, 0, -4],
      [1, 1, -1, -1, 2, 1, -1, 0, -1],
      [1, 1, -1, -1, 2, 1, -1, 1, -1],
    ]) {
      assert.equal(spawn(good, ...plan), EINVAL, String(plan));
    }
    for (const bytes of [strings(), strings("/bin/true"), good.subarray(0, -1)]) {
      assert.equal(spawn(bytes, 1, 1, -1, -1, 0), EINVAL);
    }
    assert.throws(() => native.spawn(core, good, new Uint8Array(40) as unknown as Int32Array), TypeError);
    for (const slot of [-1, 0, 99, 2 ** 31 - 1]) assert.equal(native.reap(core, slot), -9, "EBADF");
    const plan = Int32Array.from([1, 0, -1, -1, 2, 0, -2, 1, -3]);
    const child = native.spawn(core, strings("/bin/cat", "", "cat"), plan);
    assert.ok(child >= 0 && plan[0]! > 0);
    assert.equal(native.reap(core, child), -11, "EAGAIN");
    assert.equal(native.reap(core, plan[6]!), -9, "EBADF");
    assert.equal(native.release(core, plan[6]!, 0), 0);
    let status = -11;
    await until(() => (status = native.reap(core, child)) !== -11, "the end");
    assert.equal(status, 0);
    assert.equal(native.reap(core, child), -9, "EBADF");
    native.close(core);
  });

  test("an error thrown in the callback, is an uncaught one, and the core goes on", async () => {
    const { Program } = await import("../support/program.ts");
    const program = await Program.run("test/native/throwing-program");
    assert.deepEqual([program.stdout, program.stderr], ["caught 1\ncaught 2\n", ""]);
  });
});
