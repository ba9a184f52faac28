/** A connection that floods leaves the others, and what else the runtime does, their turns. Measured in pieces and turns, not in seconds. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { describe, test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import type { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { until } from "../../conformance/running.ts";
import { HOST, listen, runs, skip } from "./over-core.ts";

const QUIET = 1000;
/** The core looks at 256 descriptors in a turn and receives once from each: five turns, and a few for what the loop does around them. */
const MOST_PIECES = 6;
/** The core gives the loop back after a millisecond; the rest is for a machine that has other work. */
const MOST_MILLISECONDS = 10;

const MOST_TURNS_LATE = 3;

const FLOODER = `
  const { workerData } = require("node:worker_threads");
  const socket = require("node:net").connect(workerData, "${HOST}");
  const piece = Buffer.alloc(1024 * 1024);
  const flood = () => { while (socket.write(piece)); };
  socket.on("connect", flood).on("drain", flood).on("error", () => {});
`;

interface Flood {
  /** How many pieces of the flood were received. */
  pieces: number;
}

/** A reactor that is flooded, by a thread of its own, with as much as it takes; `quiet` has other connections to it. */
function flooded(
  connections: number,
  body: (flood: Flood, quiet: readonly Socket[], served: (() => number)[]) => Promise<void>,
): Promise<void> {
  return runs(async (reactor: EpollReactor) => {
    const flood = { pieces: 0 };
    const served: (() => number)[] = [];
    const { port, factory } = listen(reactor, (protocol) => {
      let at = -1;
      protocol.dataReceived = (data) => {
        if (data.length > 1) flood.pieces++;
        else at = flood.pieces;
      };
      served.push(() => at);
    });
    const quiet = Array.from({ length: connections }, () => connect(port, HOST));
    await Promise.all(quiet.map((socket) => once(socket, "connect")));
    await until(() => factory.protocols.length === connections, "the quiet connections");
    const flooder = new Worker(FLOODER, { eval: true, workerData: port });
    try {
      await until(() => flood.pieces > 20, "the flood");
      await body(flood, quiet, served);
    } finally {
      for (const socket of quiet) socket.destroy();
      await flooder.terminate();
    }
  });
}

describe("EpollReactor, flooded by one connection", { skip }, () => {
  test("serves 1,000 quiet connections within a few pieces of the flood", () =>
    flooded(QUIET, async (flood, quiet, served) => {
      for (const socket of quiet) socket.write("x");
      const start = flood.pieces;
      await until(() => served.slice(0, QUIET).every((at) => at() >= 0), "the quiet connections");
      const waited = served.slice(0, QUIET).map((at) => at() - start);
      assert.ok(Math.max(...waited) <= MOST_PIECES, `one waited for ${Math.max(...waited)} pieces of the flood`);
      const before = flood.pieces;
      await until(() => flood.pieces > before, "the flood, which goes on as well");
    }));

  test("gives the loop back within milliseconds: to timers, promises and whatever else waits", () =>
    flooded(0, async (flood) => {
      const turns: number[] = [];
      let fired = performance.now();
      let overdue = 0;
      const timer = setInterval(() => {
        fired = performance.now();
        overdue = 0;
      }, 1);
      const from = flood.pieces;
      let longestOverdue = 0;
      let last = performance.now();
      while (turns.length < 1000) {
        await nextTurn();
        const now = performance.now();
        turns.push(now - last);
        last = now;
        // However slow the machine is, a timer that is due is called in one of the next turns.
        if (now - fired > 2) overdue++;
        longestOverdue = Math.max(longestOverdue, overdue);
      }
      clearInterval(timer);
      const median = turns.toSorted((a, b) => a - b)[turns.length / 2]!;
      assert.ok(flood.pieces - from > 20, "the flood went on");
      assert.ok(median <= MOST_MILLISECONDS, `half of the turns took ${median.toFixed(1)} ms and more`);
      assert.ok(longestOverdue <= MOST_TURNS_LATE, `a timer was overdue for ${longestOverdue} turns`);
    }));
});
