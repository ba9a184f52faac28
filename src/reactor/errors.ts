/** The errors of reactors themselves. */
import { HawserError, InvalidStateError } from "../errors.ts";

/** `stop` on a reactor that does not run. */
export class ReactorNotRunning extends InvalidStateError {
  override readonly name: string = "ReactorNotRunning";
  override readonly code: string = "ERR_REACTOR_NOT_RUNNING";
}

/** `run` on a reactor that runs. */
export class ReactorAlreadyRunning extends InvalidStateError {
  override readonly name: string = "ReactorAlreadyRunning";
  override readonly code: string = "ERR_REACTOR_ALREADY_RUNNING";
}

/** `installReactor` after the global reactor has been used. */
export class ReactorAlreadyInstalledError extends InvalidStateError {
  override readonly name: string = "ReactorAlreadyInstalledError";
  override readonly code: string = "ERR_REACTOR_ALREADY_INSTALLED";
}

/** The reactor has no means for what it was asked; the message says which one has. */
export class NotSupportedByReactorError extends HawserError {
  override readonly name: string = "NotSupportedByReactorError";
  readonly code: string = "ERR_NOT_SUPPORTED_BY_REACTOR";
}
