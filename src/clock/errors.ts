/** The errors of calls and tasks that are asked for what they can no longer do. */
import { InvalidStateError } from "../errors.ts";

/** A call was cancelled or moved that has been made already. */
export class AlreadyCalled extends InvalidStateError {
  override readonly name: string = "AlreadyCalled";
  override readonly code: string = "ERR_CALL_ALREADY_CALLED";
}

/** A call was cancelled or moved that has been cancelled already. */
export class AlreadyCancelled extends InvalidStateError {
  override readonly name: string = "AlreadyCancelled";
  override readonly code: string = "ERR_CALL_ALREADY_CANCELLED";
}

/** A Cooperator, or one of its tasks, is not in the state that the operation needs: the root of the errors below. */
export class SchedulerError extends InvalidStateError {
  override readonly name: string = "SchedulerError";
  override readonly code: string = "ERR_SCHEDULER";
}

/** The Cooperator was stopped, and its tasks with it. */
export class SchedulerStopped extends SchedulerError {
  override readonly name: string = "SchedulerStopped";
  override readonly code: string = "ERR_SCHEDULER_STOPPED";
}

/** A task was resumed that was not paused. */
export class NotPaused extends SchedulerError {
  override readonly name: string = "NotPaused";
  override readonly code: string = "ERR_TASK_NOT_PAUSED";
}

/** A task was paused or stopped that will not do anything any more: the root of the three errors below. */
export class TaskFinished extends SchedulerError {
  override readonly name: string = "TaskFinished";
  override readonly code: string = "ERR_TASK_FINISHED";
}

/** The task came to the end of its iterator. */
export class TaskDone extends TaskFinished {
  override readonly name: string = "TaskDone";
  override readonly code: string = "ERR_TASK_DONE";
}

/** The task was stopped. */
export class TaskStopped extends TaskFinished {
  override readonly name: string = "TaskStopped";
  override readonly code: string = "ERR_TASK_STOPPED";
}

/** The task's iterator threw, or something that it waited for failed; `cause` is that error. */
export class TaskFailed extends TaskFinished {
  override readonly name: string = "TaskFailed";
  override readonly code: string = "ERR_TASK_FAILED";
}
