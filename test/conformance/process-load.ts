/** Many child processes: they leave nothing behind. A slow test. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Failure } from "../../src/deferred/failure.ts";
import { ProcessDone, ProcessNotStarted } from "../../src/process/errors.ts";
import { ProcessProtocol } from "../../src/protocol/process-protocol.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";

const PROCESSES = 2_000;
const WARM_UP = 500;
const ABREAST = 16;
/** How much the heap may have grown, for each process: far less than the objects of one. */
const BYTES_EACH = 1_000;

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

async function heapInUse(): Promise<number> {
  for (let round = 0; round < 4; round++) {
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
}

/** What a process may leave behind, but for memory. */
function leftovers(): object {
  const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8");
  return {
    descriptors: readdirSync("/proc/self/fd").length,
    children: children
      .trim()
      .split(" ")
      .filter((pid) => pid !== "").length,
    listeners: process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0),
  };
}

/** Writes a word to a `cat`, and counts when that has come back and the process has ended; every tenth program is missing. */
class Catting extends ProcessProtocol {
  #text = "";
  readonly #ended: (well: boolean) => void;

  constructor(ended: (well: boolean) => void) {
    super();
    this.#ended = ended;
  }

  override connectionMade(): void {
    this.transport.write("word");
    this.transport.closeStdin();
  }

  override outReceived(data: Buffer): void {
    this.#text += data.toString();
  }

  override processEnded(reason: Failure): void {
    const done = reason.check(ProcessDone) !== null && this.#text === "word";
    this.#ended(done || reason.check(ProcessNotStarted) !== null);
  }
}

async function spawnMany(reactor: Reactor, count: number): Promise<void> {
  let started = 0;
  let ended = 0;
  let well = 0;
  const next = (): void => {
    if (started === count) return;
    const program = started++ % 10 === 9 ? "/no/such/program" : "/bin/cat";
    reactor.spawnProcess(
      new Catting((itWentWell) => {
        ended++;
        if (itWentWell) well++;
        next();
      }),
      program,
    );
  };
  for (let n = 0; n < ABREAST; n++) next();
  await until(() => ended === count, "all processes");
  assert.equal(well, count);
}

export function processLoadConformance(name: string, makeReactor: MakeReactor): void {
  const linux = { skip: process.platform !== "linux" && "descriptors and children are counted in /proc" };

  test(
    `${name}: ${PROCESSES} processes, leave no descriptors, children, listeners or memory (slow)`,
    linux,
    async () => {
      await running(makeReactor, async (reactor) => {
        await spawnMany(reactor, WARM_UP);
        const before = leftovers();
        const heap = await heapInUse();
        await spawnMany(reactor, PROCESSES);
        const grown = (await heapInUse()) - heap;
        assert.ok(grown < PROCESSES * BYTES_EACH, `the heap has grown by ${grown} bytes`);
        assert.deepEqual(leftovers(), before);
        assert.equal(reactor.statistics().connections, 0);
      });
    },
  );
}
