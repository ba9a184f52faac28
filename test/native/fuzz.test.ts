/**
 * Whatever the functions of the core are given, the process lives: they answer, or throw a TypeError or a RangeError.
 *
 * Random calls, with arguments of the right types and the wrong ones, inside turns and between them. Descriptors that are adopted are of the
 * core's own making, or none: those of the runtime are not for sale.
 */
import assert from "node:assert/strict";
import { closeSync, openSync } from "node:fs";
import { test } from "node:test";
import type { CoreHandle } from "../../src/reactor/epoll/native-core.ts";
import { HOST, native, skip } from "../reactor/epoll/over-core.ts";

const MILLISECONDS = 1500;
const seed = Number(process.env["HAWSER_SEED"] ?? Date.now() % 2 ** 31);

/** xorshift32: the same numbers for the same seed. */
function randomNumbers(start: number): (below: number) => number {
  let state = start | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

test(
  `every function of the core, random arguments, never ends the process (HAWSER_SEED=${seed})`,
  { skip },
  async (t) => {
    t.diagnostic(`HAWSER_SEED=${seed}`);
    const random = randomNumbers(seed);
    const pick = <T>(values: readonly T[]): T => values[random(values.length)]!;
    const functions = Object.entries(native as unknown as Record<string, (...args: unknown[]) => unknown>);
    assert.ok(functions.length >= 15);
    const cores: CoreHandle[] = [];
    const ports: number[] = [1];
    /** Descriptors of sockets that are ours. */
    const sockets = new Set<number>();
    const file = openSync(process.execPath, "r");
    let calls = 0;
    let turns = 0;

    const view = (): unknown => {
      const Resizable = ArrayBuffer as unknown as new (length: number, options: object) => ArrayBuffer;
      const size = pick([0, 4, 16_384, 65_536, 200_000]);
      return pick([
        () => new Uint8Array(size),
        () => new Int32Array(size),
        () => new Int32Array(new SharedArrayBuffer(size)),
        () => new Uint8Array(new Resizable(size, { maxByteLength: 200_000 })),
        () => new Int32Array(new Resizable(size, { maxByteLength: 200_000 })),
        () => Buffer.alloc(size),
        () => new Float64Array(8),
      ])();
    };
    const views: unknown[] = [];
    const freshView = (): unknown => {
      const made = view();
      if (views.push(made) > 50) views.splice(random(50), 1);
      return made;
    };
    const number = (): number =>
      pick([0, 1, 2, 3, random(8), random(64), -1, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 40, NaN, Infinity, pick(ports)]);
    const anything = (): unknown =>
      pick<() => unknown>([
        () => pick(cores),
        number,
        number,
        () => pick([HOST, "::1", "0.0.0.0", "", "\0name", "/nowhere/at/all", "x".repeat(500), "fe80::1%lo", "nöwhere"]),
        freshView,
        () => pick(views),
        () => pick([undefined, null, {}, true, Symbol("s"), 10n, () => {}, new Proxy({}, {})]),
      ])();

    /** Arguments that get far. */
    const likely: Record<string, () => unknown[]> = {
      open: () => [
        turn,
        new Int32Array(4096),
        new Int32Array(256),
        new Uint8Array(65_536),
        new Uint8Array(70_000 * pick([1, 4])),
      ],
      listen: () => [pick(cores), pick([HOST, "::1", "\0fuzz"]), pick([0, 0, -1]), number()],
      connect: () => [pick(cores), pick([HOST, "\0fuzz"]), pick([...ports, -1]), pick(["", HOST]), 0],
      watch: () => [pick(cores), random(12), random(4)],
      flush: () => [pick(cores), random(64)],
      send: () => [pick(cores), random(12), new Uint8Array(random(100_000)), random(10)],
      shutdown: () => [pick(cores), random(12)],
      release: () => [pick(cores), random(12), random(2)],
      name: () => [pick(cores), random(12), random(2)],
      setOption: () => [pick(cores), random(12), random(3), random(2)],
      setReceiveSlab: () => [pick(cores), new Uint8Array(70_000)],
      bindDatagrams: () => [pick(cores), pick([HOST, "::1", "", "\0fuzz"]), pick([0, -1]), number(), random(2)],
      connectDatagrams: () => [pick(cores), random(12), pick([HOST, "::1", "\0fuzz"]), pick([...ports, -1])],
      setDatagramOption: () => [pick(cores), random(12), random(4), number()],
      setMembership: () => [
        pick(cores),
        random(12),
        random(2),
        pick(["224.0.0.9", "ff02::9", HOST]),
        pick(["", HOST]),
        0,
      ],
      setMulticastInterface: () => [pick(cores), random(12), pick(["", HOST, "::1%lo"]), 0],
      encodeAddress: () => [pick([HOST, "::1", "/a/path"]), pick([...ports, -1]), freshView()],
      decodeAddress: () => [pick([freshView(), Buffer.from([random(200), 0, 0, 0, ...Array(140).fill(random(20))])])],
      sendDescriptors: () => [pick(cores), random(12), new Uint8Array(random(100)), Int32Array.from([0, random(200)])],
      peerCredentials: () => [pick(cores), random(12), new Int32Array(random(5))],
      takeDescriptor: () => [pick(cores), random(4)],
      sendFile: () => [pick(cores), random(12), file, random(1000), random(100_000)],
      socketOpen: () => [random(4), random(3)],
      socketBind: () => [0, pick([HOST, "::1", "\0fuzz"]), pick([0, -1])],
      socketConnect: () => [0, pick([HOST, "::1", "\0fuzz"]), pick([...ports, -1])],
      socketListen: () => [0, number()],
      socketAccept: () => [0],
      socketReceive: () => [0, new Uint8Array(random(1000)), new Uint8Array(pick([0, 4, 136, 200]))],
      socketSend: () => [0, new Uint8Array(random(1000)), pick(["", HOST, "\0fuzz"]), pick([...ports, -1])],
      socketShutdown: () => [0, random(4)],
      socketClose: () => [0],
      socketName: () => [0, random(2)],
      socketSetOption: () => [0, random(16), number()],
      socketGetOption: () => [0, random(16), new Int32Array(random(3))],
      socketSetMembership: () => [0, random(2), pick(["224.0.0.9", "ff02::9", HOST]), pick(["", HOST]), 0],
      watchDescriptor: () => [pick(cores), random(3)],
      spawn: () => [
        pick(cores),
        Buffer.from(
          pick(["/bin/true\0\0x\0A=1\0", "true\0/\0x\0PATH=:/bin:/usr/bin\0", "/none\0\0x\0\0", "\0\0\0\0", "x"]),
        ),
        Int32Array.from([
          pick([1, 1, 1, 2]),
          1,
          -1,
          -1,
          pick([0, 2, 3]),
          0,
          pick([-1, -2, -3]),
          3,
          pick([-1, -2, 100_000]),
          7,
          -1,
        ]),
      ],
      reap: () => [pick(cores), random(12)],
    };

    function step(): void {
      const [name, call] = pick(functions);
      const args = random(4) === 0 || !(name in likely) ? Array.from({ length: random(7) }, anything) : likely[name]!();
      if (name === "close" && random(20) !== 0) return;
      // Adopting ends with closing: not the descriptors of others.
      if (name.startsWith("adopt")) args[1] = pick([-1, 100_000, NaN, "3", undefined]);
      if (name === "duplicateDescriptor") args[0] = pick([-1, 100_000, NaN, "3", undefined]);
      // Nor are those of the runtime used as sockets.
      if (name.startsWith("socket") && name !== "socketOpen") args[0] = pick([...sockets, -1, "3", undefined]);
      if (name === "socketClose" && typeof args[0] === "number") sockets.delete(args[0]);
      // Nor handed to children, which have them wait. Besides, processes take their time.
      if (name === "spawn" && random(20) !== 0) return;
      if (name === "spawn" && views.includes(args[2])) args[2] = new Int32Array(random(20));
      if (name === "open" && cores.length > 20) return;
      if ((name === "socketOpen" || name === "socketAccept") && sockets.size > 30) return;
      calls++;
      try {
        const answer = call(...args);
        if (name === "socketOpen" || name === "socketAccept") {
          if ((answer as number) >= 0) sockets.add(answer as number);
        }
        // It is nobody's else.
        if (name === "takeDescriptor" && (answer as number) >= 0) closeSync(answer as number);
        if (name === "open") cores.push(answer as CoreHandle);
        if (name === "listen" && Number(answer) >= 0) {
          const text = native.name(args[0] as CoreHandle, answer as number, 0);
          const port = Number(String(text).split(" ")[1]);
          if (port > 0) ports.push(port);
        }
      } catch (error) {
        assert.ok(error instanceof TypeError || error instanceof RangeError, `${name}: ${String(error)}`);
      }
      // Memory that is shared with a core, goes away.
      if (random(200) === 0) {
        const victim = pick(views) as { buffer?: ArrayBuffer & { resizable?: boolean; resize?(to: number): void } };
        if (victim?.buffer instanceof ArrayBuffer) {
          if (victim.buffer.resizable === true) victim.buffer.resize!(random(1000));
          else takeAway(victim.buffer);
        }
      }
    }

    function turn(count: unknown): void {
      turns++;
      assert.ok((count as number) >= 0 && (count as number) <= 1024);
      for (let n = random(4); n > 0; n--) step();
    }

    const expected = (error: Error): void => assert.match(error.message, /thrown by the fuzzer/);
    process.on("uncaughtException", expected);
    cores.push(
      native.open(turn, new Int32Array(4096), new Int32Array(256), new Uint8Array(65_536), new Uint8Array(70_000)),
    );
    const end = performance.now() + MILLISECONDS;
    while (performance.now() < end) {
      for (let n = 0; n < 50; n++) step();
      await new Promise((resolve) => setImmediate(resolve));
    }
    for (const fd of sockets) native.socketClose(fd);
    closeSync(file);
    for (const core of cores) {
      try {
        native.close(core);
      } catch (error) {
        assert.ok(error instanceof TypeError);
      }
    }
    await new Promise((resolve) => setImmediate(resolve));
    t.diagnostic(`${calls} calls, ${turns} turns, ${cores.length} cores`);
    assert.ok(turns > 0 && calls > 1000);
  },
);

/** What the runtime needs itself, such as its pool of small buffers, it does not give away. */
function takeAway(memory: ArrayBuffer): void {
  try {
    structuredClone(null, { transfer: [memory] });
  } catch (error) {
    assert.equal((error as Error).name, "DataCloneError");
  }
}
