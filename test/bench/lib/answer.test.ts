import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "../../../bench/lib/answer.ts";
import type { Figure, Peer, Subject } from "../../../bench/lib/question.ts";
import { peer } from "../../support/peers.ts";

/** A subject whose command is its figures, in the order of the rounds; "-" fails. */
function subject(name: string, ...figures: string[]): Subject {
  return { name, command: [name, ...figures] };
}

/** Hands the figures out and keeps who was asked. */
function player(): { run: (of: Subject) => Promise<Figure>; asked: string[] } {
  const asked: string[] = [];
  const run = async ({ name, command }: Subject): Promise<Figure> => {
    const figure = command[1 + asked.filter((other) => other === name).length];
    asked.push(name);
    if (figure === "-") throw new Error(`${name} broke`);
    return { opsPerSecond: Number(figure) };
  };
  return { run, asked };
}

test("answer, runs the subjects in turn, and takes the median of the ratios within each round", async () => {
  const { run, asked } = player();
  const peers = [subject("B", "10", "20", "40"), subject("C", "100", "400", "400")];
  const { ours, peers: compared } = await answer({ name: "q", ours: subject("A", "100", "100", "800"), peers }, 3, run);
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
    const { peers } = await answer({ name: "q", ours: subject("A", "20"), peers: [wanted(atLeast)] }, 1, player().run);
    assert.equal(peers[0]?.verdict, verdict);
  }
});

test("answer, judges our figure alone, when it has a limit", async () => {
  const run = (of: Subject): Promise<Figure> => Promise.resolve({ seconds: Number(of.command[1]) });
  for (const [seconds, verdict] of [
    ["3e-8", "ok"],
    ["4e-8", "short"],
  ] as const) {
    const { ours } = await answer({ name: "q", ours: subject("A", seconds), peers: [], atMost: 3e-8 }, 3, run);
    assert.equal(ours.verdict, verdict);
    assert.equal(ours.figures.length, 3);
  }
});

test("answer, goes on without a peer, from the round in which it fails", async () => {
  const { run, asked } = player();
  const peers = [subject("B", "1", "-"), subject("C", "1", "1", "1")];
  const { peers: compared } = await answer({ name: "q", ours: subject("A", "1", "1", "1"), peers }, 3, run);
  assert.deepEqual(asked, ["A", "B", "C", "A", "B", "C", "A", "C"]);
  assert.equal(compared[0]?.verdict, "failed");
  assert.equal(compared[0]?.reason, "B broke");
  assert.equal(compared[0]?.ratio, undefined);
  assert.equal(compared[1]?.verdict, "shown");
});

test("answer, compares nothing, when ours fails", async () => {
  const { run, asked } = player();
  const { ours, peers } = await answer(
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
  const twisted: Peer = { ...subject("Twisted", "1"), needs: "twisted" };
  const { peers } = await answer({ name: "q", ours: subject("A", "1"), peers: [twisted] }, 1, run);
  const { skip } = peer("twisted");
  assert.deepEqual(asked, skip === false ? ["A", "Twisted"] : ["A"]);
  assert.equal(peers[0]?.verdict, skip === false ? "shown" : "skipped");
  assert.equal(peers[0]?.reason, skip === false ? undefined : skip);
});
