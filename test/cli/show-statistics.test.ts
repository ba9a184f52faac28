import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { showStatistics, statisticsText } from "../../src/cli/show-statistics.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";

describe("statisticsText", () => {
  test("says what has happened between two looks", () => {
    const before = new NodeReactor().statistics();
    const after = { ...before, connections: 3, bytesReceived: 3000, bytesSent: 5 * 1024 ** 3, loopLag: 0.0123 };
    assert.equal(statisticsText(before, after, 2), "3 connections, in 1.5 KiB/s, out 2.5 GiB/s, lag 12.3 ms");
    assert.equal(
      statisticsText(before, { ...before, bytesSent: 7 }, 1),
      "0 connections, in 0 B/s, out 7 B/s, lag 0.0 ms",
    );
  });
});

describe("showStatistics", () => {
  for (const isTTY of [true, false]) {
    test(`writes ${isTTY ? "over the last line on a terminal" : "whole lines elsewhere"}, and ends with the reactor`, async () => {
      const reactor = new NodeReactor();
      const later = reactor.callLater.bind(reactor);
      // What is shown every few seconds is shown at once.
      reactor.callLater = (_, callback, ...args) => later(0, callback, ...args);
      const written: string[] = [];
      const write = (text: string): void => {
        written.push(text);
        if (written.length === 2) reactor.stop();
      };
      showStatistics(reactor, { isTTY, write });
      await reactor.run();
      const text = written.slice(0, 2).join("");
      if (isTTY) assert.match(text, /^\r.{3}0 connections, .*ms\r.{3}0 connections, .*ms$/);
      else assert.match(text, /^0 connections, .*ms\n0 connections, .*ms\n$/);
      assert.deepEqual(written.slice(2), isTTY ? ["\n"] : []);
    });
  }
});
