/** `hawser/threads`: work in other threads. */
export { callFromThread, blockingCallFromThread } from "./call-from-thread.ts";
export { callMultipleInThread, deferToThread, deferToThreadPool } from "./defer-to-thread.ts";
export type { ReactorWithThreads } from "./defer-to-thread.ts";
export { ThreadDataError, ThreadFunctionError, ThreadPoolStoppedError, WorkerExitedError } from "./errors.ts";
export type { ModuleFunction } from "./thread-function.ts";
export { ThreadPool } from "./thread-pool.ts";
export type { ThreadPoolOptions } from "./thread-pool.ts";
export type { ResultCallback, ThreadCall, ThreadPoolLike, ThreadReactor, ThreadRequest } from "./thread-pool-like.ts";
export { transfer } from "./transfer.ts";
