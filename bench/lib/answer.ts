/**
 * Answers a question: runs its subjects in turn, A B C A B C, and compares figures of the same round only.
 *
 * What disturbs a machine lasts longer than a run, so it disturbs neighbours alike and leaves their ratio. The median of the
 * rounds' ratios is the answer.
 */
import { peer } from "./peers.ts";
import type { Figure, Figures, Peer, Question, Subject } from "./question.ts";
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

/** Runs a subject once, and tells it the round's rate, if the question has a pace. */
export type Run = (subject: Subject, rate?: number) => Promise<Figures>;

/** A subject on its way through the rounds. */
interface Contestant {
  readonly subject: Peer;
  readonly runs: Figures[];
  out?: { readonly verdict: "skipped" | "failed"; readonly reason: string };
}

/**
 * Answers `question` with `rounds` runs of each subject: an answer for each of its figures. A subject that fails is out; the others go
 * on without it.
 */
export async function answer(question: Question, rounds: number, run: Run): Promise<Answer[]> {
  const ours = enter(question.ours);
  const peers = question.peers.map(enter);
  for (let round = 0; round < rounds && ours.out === undefined; round++) {
    const pace = question.pace && enter(question.pace);
    if (pace !== undefined) await play(pace, run);
    if (pace?.out !== undefined) ours.out = pace.out;
    const rate = pace?.runs[0]?.[""];
    for (const contestant of [ours, ...peers]) {
      if (contestant.out === undefined) await play(contestant, run, rate && numberOf(rate));
    }
  }
  return (question.figures ?? [""]).map((figure) => answerFor(figure, question, ours, peers));
}

function answerFor(figure: string, question: Question, ours: Contestant, peers: readonly Contestant[]): Answer {
  const figures = figuresOf(ours, figure);
  return {
    question: figure === "" ? question.name : `${question.name}, ${figure}`,
    ours: {
      name: ours.subject.name,
      figures,
      atMost: question.atMost,
      ...(ours.out ?? { verdict: judgeOurs(question, figures) }),
    },
    peers: peers.map((contestant) => compare(ours, contestant, figure)),
  };
}

function figuresOf({ runs }: Contestant, figure: string): Figure[] {
  return runs.map((run) => run[figure] as Figure);
}

function enter(subject: Peer): Contestant {
  const missing = (subject.needs ?? []).map((need) => peer(need).skip).find((skip) => skip !== false);
  return { subject, runs: [], ...(missing !== undefined && { out: { verdict: "skipped", reason: missing } }) };
}

async function play(contestant: Contestant, run: Run, rate?: number): Promise<void> {
  try {
    contestant.runs.push(await run(contestant.subject, rate));
  } catch (error) {
    contestant.out = { verdict: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

function compare(ours: Contestant, theirs: Contestant, figure: string): Comparison {
  const { name } = theirs.subject;
  const figures = figuresOf(theirs, figure);
  const atLeast = wantedIn(theirs.subject, figure);
  if (theirs.out !== undefined) return { name, figures, atLeast, ...theirs.out };
  if (ours.out !== undefined)
    return { name, figures, atLeast, verdict: "failed", reason: `${ours.subject.name} has no figure` };
  const our = figuresOf(ours, figure);
  const ratio = spreadOf(figures.map((other, round) => ratioOf(our[round] as Figure, other)));
  return { name, figures, ratio, atLeast, verdict: judge(ratio.median, atLeast) };
}

function wantedIn({ atLeast }: Peer, figure: string): number | undefined {
  return typeof atLeast === "object" ? atLeast[figure] : atLeast;
}

function judge(ratio: number, atLeast: number | undefined): Verdict {
  if (atLeast === undefined) return "shown";
  return ratio >= atLeast ? "ok" : "short";
}

function judgeOurs({ atMost }: Question, figures: readonly Figure[]): Verdict {
  if (atMost === undefined) return "shown";
  return spreadOf(figures.map(numberOf)).median <= atMost ? "ok" : "short";
}
