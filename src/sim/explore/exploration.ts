/** What exploring finds, and how it is told. */
import { HawserError } from "../../errors.ts";
import { describeFault } from "../describe-fault.ts";
import type { Fault } from "../fault.ts";
import { errorLine } from "./error-text.ts";
import type { ErrorText } from "./simulation.ts";

/** A seed with which the program fails. */
export interface ExploredFailure {
  readonly seed: number;
  readonly error: ErrorText;
  /** The virtual time at which it fails, in seconds; `undefined` where its thread could not tell any more. */
  readonly virtualTime: number | undefined;
  /** The last events of the log, a line each. */
  readonly lastEvents: string;
  /** The plan with which it was found; `undefined` where its thread could not tell any more. */
  readonly faults: readonly Fault[] | undefined;
  /**
   * The small plan with which it still fails. Then `error`, `virtualTime` and `lastEvents` are those of the run with it. There is none where nothing was shrunk.
   */
  readonly shrunk?: readonly Fault[];
  /** Whether it failed in the same way when it was run again; `undefined` where it was not. */
  readonly repeatable: boolean | undefined;
  /** The text of a program that fails in this way. */
  readonly reproduction: string;
}

/** What came of it. */
export interface Exploration {
  /** How many seeds were run, up to the last failure that counts. */
  readonly runs: number;
  /** In the order of the seeds. */
  readonly failures: readonly ExploredFailure[];
  /** All of it as text. */
  readonly summary: string;
}

/** Thrown by `explore` where a seed fails. */
export class ExplorationFailed extends HawserError {
  override readonly name: string = "ExplorationFailed";
  readonly code: string = "ERR_EXPLORATION_FAILED";
  readonly exploration: Exploration;

  constructor(exploration: Exploration) {
    super(exploration.summary);
    this.exploration = exploration;
  }
}

/** The text about a whole exploration. */
export function summarize(runs: number, failures: readonly ExploredFailure[]): string {
  const seeds = runs === 1 ? "1 seed was run" : `${runs} seeds were run`;
  if (failures.length === 0) return `${seeds}, none failed`;
  return [...failures.map(describeFailure), `${seeds}, ${failures.length} failed`].join("\n\n");
}

/** How a seed fails, in a line. */
export function failureLine({
  seed,
  virtualTime,
  error,
}: Pick<ExploredFailure, "seed" | "virtualTime" | "error">): string {
  const time = virtualTime === undefined ? "" : ` after ${Number(virtualTime.toFixed(9))} s of virtual time`;
  return `Seed ${seed} fails${time}: ${errorLine(error)}`;
}

function describeFailure(failure: ExploredFailure): string {
  const { error, lastEvents, reproduction } = failure;
  return [
    failureLine(failure),
    indent(error.stack),
    planOf(failure),
    ...(lastEvents === "" ? [] : [`The last events:\n${indent(lastEvents.trimEnd())}`]),
    `This program reproduces it:\n\n${reproduction.trimEnd()}`,
  ].join("\n\n");
}

function planOf({ faults, shrunk, repeatable }: ExploredFailure): string {
  if (repeatable === false) {
    return "With the same seed and the same faults it does not fail in this way again: the program depends on something else";
  }
  if (faults === undefined) return "Its faults are not known: the thread could not tell any more";
  const plan = shrunk ?? faults;
  if (plan.length === 0) return faults.length === 0 ? "There were no faults" : "It fails without faults as well";
  const count = plan.length === faults.length ? "" : ` (${plan.length} of ${faults.length} are needed)`;
  return `The faults${count}:\n${indent(plan.map(describeFault).join("\n"))}`;
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}
