/**
 * Answers a question: runs its subjects in turn, A B C A B C, and compares figures of the same round only.
 *
 * What disturbs a machine lasts longer than a run, so it disturbs neighbours alike and leaves their ratio. The median of the
 * rounds' ratios is the answer.
 */
import { peer } from "../../test/support/peers.ts";
import type { Figure, Peer, Question, Subject } from "./question.ts";
import type { Spread } from "./statistics.ts";
import { numberOf, ratioOf, spreadOf } from "./statistics.ts";

/** What a comparison says: good enough, not good enough, no ratio was wanted, or there is none. */
export type Verdict = "ok" | "short" | "shown" | "skipped" | "failed";

/** The figures of a subject, one for each round. */
export interface Runs {
  readonly name: string;
  readonly figures: readonly Figure[];
}

/** Ours against one peer. */
export interface Comparison extends Runs {
  /** Of the rounds' ratios; missing if the peer was skipped or failed. */
  readonly ratio?: Spread;
  readonly atLeast?: number | undefined;
  readonly verdict: Verdict;
  /** Why it was skipped, or how it failed. */
  readonly reason?: string;
}

/** A question and what came out. */
export interface Answer {
  readonly question: string;
  readonly ours: Runs & { readonly atMost?: number | undefined; readonly verdict: Verdict; readonly reason?: string };
  readonly peers: readonly Comparison[];
}

/** Runs a subject once. */
export type Run = (subject: Subject) => Promise<Figure>;

/** A subject on its way through the rounds. */
interface Contestant {
  readonly subject: Peer;
  readonly figures: Figure[];
  out?: { readonly verdict: "skipped" | "failed"; readonly reason: string };
}

/** Answers `question` with `rounds` runs of each subject. A subject that fails is out; the others go on without it. */
export async function answer(question: Question, rounds: number, run: Run): Promise<Answer> {
  const ours = enter(question.ours);
  const peers = question.peers.map(enter);
  for (let round = 0; round < rounds && ours.out === undefined; round++) {
    for (const contestant of [ours, ...peers]) if (contestant.out === undefined) await play(contestant, run);
  }
  const { figures } = ours;
  return {
    question: question.name,
    ours: {
      name: ours.subject.name,
      figures,
      atMost: question.atMost,
      ...(ours.out ?? { verdict: judgeOurs(question, figures) }),
    },
    peers: peers.map((contestant) => compare(ours, contestant)),
  };
}

function enter(subject: Peer): Contestant {
  const skip = subject.needs === undefined ? false : peer(subject.needs).skip;
  return { subject, figures: [], ...(skip !== false && { out: { verdict: "skipped", reason: skip } }) };
}

async function play(contestant: Contestant, run: Run): Promise<void> {
  try {
    contestant.figures.push(await run(contestant.subject));
  } catch (error) {
    contestant.out = { verdict: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

function compare(ours: Contestant, { subject, figures, out }: Contestant): Comparison {
  const { name, atLeast } = subject;
  if (out !== undefined) return { name, figures, atLeast, ...out };
  if (ours.out !== undefined)
    return { name, figures, atLeast, verdict: "failed", reason: `${ours.subject.name} has no figure` };
  const ratio = spreadOf(figures.map((figure, round) => ratioOf(ours.figures[round] as Figure, figure)));
  return { name, figures, ratio, atLeast, verdict: judge(ratio.median, atLeast) };
}

function judge(ratio: number, atLeast: number | undefined): Verdict {
  if (atLeast === undefined) return "shown";
  return ratio >= atLeast ? "ok" : "short";
}

function judgeOurs({ atMost }: Question, figures: readonly Figure[]): Verdict {
  if (atMost === undefined) return "shown";
  return spreadOf(figures.map(numberOf)).median <= atMost ? "ok" : "short";
}
