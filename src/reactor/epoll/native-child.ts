/**
 * Child processes by means of the native core: started without a copy of our memory, with pipes that are slots, and watched in the core's epoll
 * set like everything else.
 *
 * What the core is to do goes to it in two pieces, the strings, each with a zero behind it, and the plan, whose numbers are those of `native/process.c`.
 */
import { endOf, notStarted } from "../../process/child.ts";
import type { Child, ProcessEnd } from "../../process/child.ts";
import type { ProcessTermination } from "../../process/errors.ts";
import type { ChildFD, SpawnProcessOptions } from "../../process/spawn-options.ts";
import type { StreamHandle } from "../../transport/stream-handle.ts";
import type { EpollCore, SlotOwner } from "./epoll-core.ts";
import { EpollHandle } from "./epoll-handle.ts";
import { systemError } from "./system-error.ts";

const PLAN_HEAD = 5;
const OURS = -1;
const WE_READ = -1;
const WE_WRITE = -2;
const NULL_DEVICE = -3;
const NO_PIPE = -1;
/** It runs still. */
const EAGAIN = -11;
/** What the core does one after the other, by the name of the call that says what was wrong. */
const STEPS = ["spawn", "pipe2", "clone", "dup2", "chdir", "setgroups", "setgid", "setuid", "execve"];

export function startNativeChild(
  core: EpollCore,
  executable: string,
  args: readonly string[],
  options: SpawnProcessOptions,
  descriptors: ReadonlyMap<number, ChildFD>,
  ended: (end: ProcessEnd) => void,
): Child {
  const argumentsOfIt = args.length === 0 ? [executable] : args;
  const variables = variablesOf(options.env);
  const strings = [executable, options.path ?? "", ...argumentsOfIt, ...variables, ""].join("\0");
  const plan = planOf(argumentsOfIt.length, variables.length, options, descriptors);
  const slot = core.native.spawn(core.handle, Buffer.from(strings), plan);
  if (slot < 0) {
    return notStarted(executable, options.path, systemError(core.native, STEPS[plan[0]!] ?? "spawn", slot), ended);
  }
  core.own(slot, "spawn", new NativeChild(core, slot, ended));
  const handles = new Map<number, StreamHandle>();
  for (let at = PLAN_HEAD; at < plan.length; at += 2) {
    if (plan[at + 1] !== NO_PIPE) handles.set(plan[at]!, new EpollHandle(core, plan[at + 1]!));
  }
  // It is watched on, so that it is waited for: the core holds nobody.
  return { pid: plan[0]!, handles, release() {} };
}

/** Where a child is watched. */
class NativeChild implements SlotOwner {
  readonly #core: EpollCore;
  readonly #slot: number;
  readonly #ended: (end: ProcessEnd) => void;

  constructor(core: EpollCore, slot: number, ended: (end: ProcessEnd) => void) {
    this.#core = core;
    this.#slot = slot;
    this.#ended = ended;
  }

  readable(): void {
    const status = this.#core.native.reap(this.#core.handle, this.#slot);
    if (status === EAGAIN) return;
    this.#core.release(this.#slot);
    this.#ended(endOf(terminationOf(status)));
  }
}

/** Reads a status of `waitpid`. Where somebody else has waited for the process, nobody knows how it ended. */
function terminationOf(status: number): ProcessTermination {
  if (status < 0) return { exitCode: null, signal: null };
  const signal = status & 0x7f;
  return signal === 0 ? { exitCode: (status >> 8) & 0xff, signal: null } : { exitCode: null, signal };
}

function variablesOf(env: SpawnProcessOptions["env"]): string[] {
  const variables: string[] = [];
  // Without one, the environment is empty; `null` is ours.
  const all = env === null ? process.env : (env ?? {});
  for (const [name, value] of Object.entries(all)) if (value !== undefined) variables.push(`${name}=${value}`);
  return variables;
}

function planOf(
  argumentCount: number,
  variableCount: number,
  { uid, gid }: SpawnProcessOptions,
  descriptors: ReadonlyMap<number, ChildFD>,
): Int32Array {
  const numbers = [...new Set([0, 1, 2, ...descriptors.keys()])].sort((a, b) => a - b);
  const plan = new Int32Array(PLAN_HEAD + 2 * numbers.length);
  plan.set([argumentCount, variableCount, uid ?? OURS, gid ?? OURS, numbers.length]);
  let at = PLAN_HEAD;
  for (const number of numbers) {
    const what = descriptors.get(number) ?? NULL_DEVICE;
    plan[at++] = number;
    plan[at++] = what === "r" ? WE_READ : what === "w" ? WE_WRITE : what;
  }
  return plan;
}
