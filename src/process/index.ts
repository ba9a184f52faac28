/** `hawser/process`: child processes, and what they wrote. `spawnProcess` itself is a method of the reactors. */
export {
  OutputTooLongError,
  ProcessDone,
  ProcessExitedAlready,
  ProcessNotStarted,
  ProcessSignalled,
  ProcessTerminated,
  UnexpectedErrorOutput,
} from "./errors.ts";
export type { ProcessTermination } from "./errors.ts";
export { getProcessOutput, getProcessOutputAndValue, getProcessValue } from "./get-process-output.ts";
export type {
  ProcessOutputAndValue,
  ProcessOutputAndValueOptions,
  ProcessOutputOptions,
  ProcessValueOptions,
} from "./get-process-output.ts";
export type { ProcessTransport } from "./process-transport.ts";
export type { ChildFD, SpawnProcessOptions } from "./spawn-options.ts";
