import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WorkerNews } from "../../src/application/worker-environment.ts";
import {
  GroupStatistics,
  LiveLine,
  showStatistics,
  statisticsText,
  tellStatistics,
} from "../../src/cli/show-statistics.ts";
import type { Look } from "../../src/cli/show-statistics.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";

function look(seconds: number, connections = 0, bytesReceived = 0, bytesSent = 0, loopLag = 0): Look {
  return { seconds, statistics: { connections, bytesReceived, bytesSent, loopLag } };
}

/** A reactor for which what comes every few seconds comes at once. */
function hurried(): NodeReactor {
  const reactor = new NodeReactor();
  const later = reactor.callLater.bind(reactor);
  reactor.callLater = (_, callback, ...args) => later(0, callback, ...args);
  return reactor;
}

describe("statisticsText", () => {
  const { pid } = process;

  test("says what has happened between two looks", () => {
    const before = new Map([[pid, look(10)]]);
    assert.equal(
      statisticsText(before, new Map([[pid, look(12, 3, 3000, 5 * 1024 ** 3, 0.0123)]])),
      "3 connections, in 1.5 KiB/s, out 2.5 GiB/s, lag 12.3 ms",
    );
    assert.equal(
      statisticsText(before, new Map([[pid, look(11, 0, 0, 7)]])),
      "0 connections, in 0 B/s, out 7 B/s, lag 0.0 ms",
    );
  });

  test("sums over workers, each by its own time, and says the longest lag", () => {
    const before = new Map([
      [1, look(10, 1, 100)],
      [2, look(10, 1)],
    ]);
    const now = new Map([
      [1, look(11, 2, 300, 0, 0.001)],
      [2, look(12, 3, 100, 0, 0.002)],
      [3, look(50, 4, 1000)],
    ]);
    assert.equal(statisticsText(before, now), "3 workers, 9 connections, in 250 B/s, out 0 B/s, lag 2.0 ms");
  });
});

describe("showStatistics", () => {
  for (const isTTY of [true, false]) {
    test(`writes ${isTTY ? "over the last line on a terminal" : "whole lines elsewhere"}, and ends with the reactor`, async () => {
      const reactor = hurried();
      const written: string[] = [];
      const write = (text: string): void => {
        written.push(text);
        if (written.length === 2) reactor.stop();
      };
      showStatistics(reactor, isTTY ? new LiveLine({ write }) : { write });
      await reactor.run();
      const text = written.slice(0, 2).join("");
      if (isTTY) assert.match(text, /^\r.{3}0 connections, .*ms\r.{3}0 connections, .*ms$/);
      else assert.match(text, /^0 connections, .*ms\n0 connections, .*ms\n$/);
      assert.deepEqual(written.slice(2), isTTY ? ["\n"] : []);
    });
  }
});

test("tellStatistics, tells the group what GroupStatistics keeps of the workers that are there", async () => {
  const reactor = hurried();
  const statistics = new GroupStatistics();
  tellStatistics(reactor, (news: WorkerNews) => {
    assert.equal(news.kind, "said");
    statistics.told(7, news.kind === "said" ? news.text : "");
    statistics.told(8, news.kind === "said" ? news.text : "");
    reactor.stop();
  });
  await reactor.run();
  const looks = statistics.lookAround([7]);
  assert.deepEqual([...looks.keys()], [7]);
  assert.equal(looks.get(7)!.statistics.connections, 0);
});
