/** Runs a subject once, in a process of its own, and reads the figures it prints. */
import { execFile } from "node:child_process";
import type { Figure, Figures, Subject } from "./question.ts";

/** How a subject is run. */
export interface SubjectOptions {
  /** For how long it measures. */
  readonly seconds: number;
  /** The processor to pin it to, as `taskset` understands it: `0`, `2-3`. */
  readonly pin?: string | undefined;
  /** How many operations a second it is to do, if that is asked of it. */
  readonly rate?: number | undefined;
}

const TIMEOUT_MS = 300_000;

/** The subject's figures. Rejects with what it said if it fails or prints none. */
export function runSubject(subject: Subject, options: SubjectOptions): Promise<Figures> {
  const pinned: readonly [string, ...string[]] = ["taskset", "-c", options.pin ?? "", ...subject.command];
  const [program, ...args] = options.pin === undefined ? subject.command : pinned;
  const rate = options.rate === undefined ? {} : { BENCH_RATE: String(options.rate) };
  const env = { ...process.env, BENCH_SECONDS: String(options.seconds), ...rate };
  return new Promise((resolve, reject) => {
    execFile(program, args, { env, timeout: TIMEOUT_MS }, (error, stdout, stderr) => {
      const figures = error === null ? figuresIn(stdout) : undefined;
      if (figures !== undefined) return resolve(figures);
      const said =
        stderr.trim().split("\n").slice(-5).join("\n") || error?.message || `no figure in "${stdout.trim()}"`;
      return reject(new Error(`Cannot run ${subject.name}: ${said}`, { cause: error ?? undefined }));
    });
  });
}

/** The figures in the last line of an output. */
export function figuresIn(stdout: string): Figures | undefined {
  const line = stdout.trimEnd().split("\n").at(-1) ?? "";
  let said: unknown;
  try {
    said = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof said !== "object" || said === null) return undefined;
  const only = figureOf(said);
  if (only !== undefined) return { "": only };
  const several = Object.entries(said).map(([name, value]) => [name, figureOf(value)] as const);
  if (several.length === 0 || several.some(([, figure]) => figure === undefined)) return undefined;
  return Object.fromEntries(several) as Figures;
}

function figureOf(said: unknown): Figure | undefined {
  if (typeof said !== "object" || said === null) return undefined;
  const { opsPerSecond, bytesPerSecond, seconds, bytes } = said as Partial<Record<string, unknown>>;
  if (isFinite(opsPerSecond) && opsPerSecond > 0) return { opsPerSecond };
  if (isFinite(bytesPerSecond) && bytesPerSecond > 0) return { bytesPerSecond };
  if (isFinite(seconds)) return { seconds }; // of what is left over an empty loop: may be negative
  if (isFinite(bytes)) return { bytes };
  return undefined;
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value);
}
