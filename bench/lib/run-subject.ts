/** Runs a subject once, in a process of its own, and reads the figure it prints. */
import { execFile } from "node:child_process";
import type { Figure, Subject } from "./question.ts";

/** How a subject is run. */
export interface SubjectOptions {
  /** For how long it measures. */
  readonly seconds: number;
  /** The processor to pin it to, as `taskset` understands it: `0`, `2-3`. */
  readonly pin?: string | undefined;
}

const TIMEOUT_MS = 300_000;

/** The subject's figure. Rejects with what it said if it fails or prints none. */
export function runSubject(subject: Subject, options: SubjectOptions): Promise<Figure> {
  const pinned: readonly [string, ...string[]] = ["taskset", "-c", options.pin ?? "", ...subject.command];
  const [program, ...args] = options.pin === undefined ? subject.command : pinned;
  const env = { ...process.env, BENCH_SECONDS: String(options.seconds) };
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      const figure = error === null ? figureIn(stdout) : undefined;
      if (figure !== undefined) return resolve(figure);
      const said =
        stderr.trim().split("\n").slice(-5).join("\n") || error?.message || `no figure in "${stdout.trim()}"`;
      return reject(new Error(`Cannot run ${subject.name}: ${said}`, { cause: error ?? undefined }));
    });
  });
}

/** The figure in the last line of an output. */
export function figureIn(stdout: string): Figure | undefined {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  try {
    const { opsPerSecond, seconds } = JSON.parse(line) as Partial<Record<string, unknown>>;
    if (isFinite(opsPerSecond) && opsPerSecond > 0) return { opsPerSecond };
    if (isFinite(seconds)) return { seconds }; // of what is left over an empty loop: may be negative
  } catch {
    // It is not JSON, so it is no figure.
  }
  return undefined;
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}
