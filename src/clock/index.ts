/** `hawser/clock`: time as an argument: calls that are made later, again and again, or a piece at a time. */
export { Clock } from "./clock.ts";
export { DelayedCall } from "./delayed-call.ts";
export { deferLater } from "./defer-later.ts";
export { LoopingCall } from "./looping-call.ts";
export { Cooperator } from "./cooperator.ts";
export type { CooperatorOptions, ScheduledTick, TickScheduler } from "./cooperator.ts";
export { CooperativeTask } from "./cooperative-task.ts";
export type { Work } from "./cooperative-task.ts";
export { coiterate, cooperate } from "./cooperate.ts";
export type { DelayedCallLike, ReactorTime } from "./reactor-time.ts";
export {
  AlreadyCalled,
  AlreadyCancelled,
  NotPaused,
  SchedulerError,
  SchedulerStopped,
  TaskDone,
  TaskFailed,
  TaskFinished,
  TaskStopped,
} from "./errors.ts";
export { InvalidStateError } from "../errors.ts";
