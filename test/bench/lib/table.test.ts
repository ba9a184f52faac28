import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "../../../bench/lib/answer.ts";
import { table } from "../../../bench/lib/table.ts";

const rate = (opsPerSecond: number): { opsPerSecond: number } => ({ opsPerSecond });

test("table, aligns a row for each peer, and names what was skipped or failed", () => {
  const answers: Answer[] = [
    {
      question: "chain",
      ours: { name: "Hawser", figures: [rate(2e6)], verdict: "shown" },
      peers: [
        { name: "Twisted", figures: [rate(1e5)], ratio: { median: 20, min: 19, max: 22 }, atLeast: 20, verdict: "ok" },
        {
          name: "promises",
          figures: [rate(1e6)],
          ratio: { median: 2, min: 1.5, max: 2.2 },
          atLeast: 3,
          verdict: "short",
        },
      ],
    },
    {
      question: "disabled log",
      ours: { name: "Hawser", figures: [{ seconds: 2e-9 }], atMost: 3e-8, verdict: "ok" },
      peers: [{ name: "Twisted", figures: [], verdict: "skipped", reason: "python3-twisted is not installed" }],
    },
    {
      question: "broken",
      ours: { name: "Hawser", figures: [], verdict: "failed", reason: "first line\nlast line" },
      peers: [],
    },
  ];
  assert.deepEqual(table(answers).split("\n"), [
    "question      ours              peer                ratio      min..max      wanted  verdict",
    "chain         Hawser  2.00 M/s  Twisted    100 k/s  20.0x  19.0x..22.0x    >= 20.0x  ok",
    "                                promises  1.00 M/s  2.00x  1.50x..2.20x    >= 3.00x  short",
    "disabled log  Hawser   2.00 ns                                           <= 30.0 ns  ok",
    "                                Twisted          -      -             -              skipped: python3-twisted is not installed",
    "broken        Hawser         -                                                       failed: last line",
  ]);
});
