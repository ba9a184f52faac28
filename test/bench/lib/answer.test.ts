import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "../../../bench/lib/answer.ts";
import type { Answer, Run } from "../../../bench/lib/answer.ts";
import type { Figures, Peer, Question, Subject } from "../../../bench/lib/question.ts";
import { peer } from "../../../bench/lib/peers.ts";

/** A subject whose command is its figures, in the order of the rounds; "-" fails. */
function subject(name: string, ...figures: string[]): Subject {
  return { name, command: [name, ...figures] };
}

/** Hands the figures out and keeps who was asked. */
function player(): { run: (of: Subject) => Promise<Figures>; asked: string[] } {
  const asked: string[] = [];
  const run = async ({ name, command }: Subject): Promise<Figures> => {
    const figure = command[1 + asked.filter((other) => other === name).length];
    asked.push(name);
    if (figure === "-") throw new Error(`${name} broke`);
    return { "": { opsPerSecond: Number(figure) } };
  };
  return { run, asked };
}

/** The answer to a question that has one figure. */
async function only(question: Question, rounds: number, run: Run): Promise<Answer> {
  const [first, ...others] = await answer(question, rounds, run);
  assert.deepEqual(others, []);
  return first!;
}

test("answer, runs the subjects in turn, and takes the median of the ratios within each round", async () => {
  const { run, asked } = player();
  const peers = [subject("B", "10", "20", "40"), subject("C", "100", "400", "400")];
  const { ours, peers: compared } = await only({ name: "q", ours: subject("A", "100", "100", "800"), peers }, 3, run);
  assert.deepEqual(asked, ["A", "B", "C", "A", "B", "C", "A", "B", "C"]);
  assert.deepEqual(ours.figures, [{ opsPerSecond: 100 }, { opsPerSecond: 100 }, { opsPerSecond: 800 }]);
  assert.equal(ours.verdict, "shown");
  assert.deepEqual(compared[0]?.ratio, { median: 10, min: 5, max: 20 });
  assert.deepEqual(compared[1]?.ratio, { median: 1, min: 0.25, max: 2 });
});

test("answer, says ok from the wanted ratio on and short below it", async () => {
  const wanted = (atLeast: number): Peer => ({ ...subject("B", "10"), atLeast });
  for (const [atLeast, verdict] of [
    [2, "ok"],
    [2.01, "short"],
  ] as const) {
    const { peers } = await only({ name: "q", ours: subject("A", "20"), peers: [wanted(atLeast)] }, 1, player().run);
    assert.equal(peers[0]?.verdict, verdict);
  }
});

test("answer, judges our figure alone, when it has a limit", async () => {
  const run = (of: Subject): Promise<Figures> => Promise.resolve({ "": { seconds: Number(of.command[1]) } });
  for (const [seconds, verdict] of [
    ["3e-8", "ok"],
    ["4e-8", "short"],
  ] as const) {
    const { ours } = await only({ name: "q", ours: subject("A", seconds), peers: [], atMost: 3e-8 }, 3, run);
    assert.equal(ours.verdict, verdict);
    assert.equal(ours.figures.length, 3);
  }
});

test("answer, goes on without a peer, from the round in which it fails", async () => {
  const { run, asked } = player();
  const peers = [subject("B", "1", "-"), subject("C", "1", "1", "1")];
  const { peers: compared } = await only({ name: "q", ours: subject("A", "1", "1", "1"), peers }, 3, run);
  assert.deepEqual(asked, ["A", "B", "C", "A", "B", "C", "A", "C"]);
  assert.equal(compared[0]?.verdict, "failed");
  assert.equal(compared[0]?.reason, "B broke");
  assert.equal(compared[0]?.ratio, undefined);
  assert.equal(compared[1]?.verdict, "shown");
});

test("answer, compares nothing, when ours fails", async () => {
  const { run, asked } = player();
  const { ours, peers } = await only(
    { name: "q", ours: subject("A", "1", "-"), peers: [subject("B", "1", "1")] },
    9,
    run,
  );
  assert.equal(ours.verdict, "failed");
  assert.equal(ours.reason, "A broke");
  assert.deepEqual(peers[0]?.verdict, "failed");
  assert.equal(peers[0]?.reason, "A has no figure");
  assert.equal(asked.length, 4);
});

test("answer, never starts a peer that is not installed, and names what it needs", async () => {
  const { run, asked } = player();
  const twisted: Peer = { ...subject("Twisted", "1"), needs: ["twisted"] };
  const { peers } = await only({ name: "q", ours: subject("A", "1"), peers: [twisted] }, 1, run);
  const { skip } = peer("twisted");
  assert.deepEqual(asked, skip === false ? ["A", "Twisted"] : ["A"]);
  assert.equal(peers[0]?.verdict, skip === false ? "shown" : "skipped");
  assert.equal(peers[0]?.reason, skip === false ? undefined : skip);
});

test("answer, gives an answer for each figure, when a run has several, with what is wanted of each", async () => {
  const run: Run = async ({ command }) => {
    const [fast, slow] = command[1]!.split(",").map((text) => ({ seconds: Number(text) }));
    return { p50: fast!, p99: slow! };
  };
  const peers = [{ ...subject("B", "2,30"), atLeast: { p99: 4 } }];
  const answers = await answer({ name: "q", ours: subject("A", "1,10"), peers, figures: ["p50", "p99"] }, 3, run);
  assert.deepEqual(
    answers.map(({ question, peers: [other] }) => [question, other?.ratio?.median, other?.atLeast, other?.verdict]),
    [
      ["q, p50", 2, undefined, "shown"],
      ["q, p99", 3, 4, "short"],
    ],
  );
});

test("answer, measures the pace in each round and tells it to the round's subjects", async () => {
  const { run, asked } = player();
  const rates: (number | undefined)[] = [];
  const question = { name: "q", ours: subject("A", "1", "1"), peers: [subject("B", "1", "1")] };
  await only({ ...question, pace: subject("P", "50", "60") }, 2, (of, rate) => {
    rates.push(rate);
    return run(of);
  });
  assert.deepEqual(asked, ["P", "A", "B", "P", "A", "B"]);
  assert.deepEqual(rates, [undefined, 50, 50, undefined, 60, 60]);
});

test("answer, fails, when the pace cannot be measured", async () => {
  const { run } = player();
  const question = { name: "q", ours: subject("A", "1"), peers: [subject("B", "1")], pace: subject("P", "-") };
  const { ours, peers } = await only(question, 2, run);
  assert.equal(ours.verdict, "failed");
  assert.equal(ours.reason, "P broke");
  assert.equal(peers[0]?.verdict, "failed");
});
