/** What calls fail with, and what ends a connection that speaks AMP. */
import { HawserError, InvalidStateError, LocalProtocolError, RemoteProtocolError } from "../errors.ts";

/** The code that stands for every error of a responder that the command does not declare. */
export const UNKNOWN_ERROR_CODE = "UNKNOWN";
/** The code that says that nobody responds to the command. */
export const UNHANDLED_ERROR_CODE = "UNHANDLED";

/** A call has failed, and the connection is not the reason. */
export abstract class AmpError extends HawserError {}

/** What more can be said about a `RemoteAmpError`. */
export interface RemoteAmpErrorOptions extends ErrorOptions {
  /** Whether it closes the connection of who answers it; it does not unless told otherwise. */
  readonly fatal?: boolean;
}

/**
 * An error with a code, as it goes over the wire. A responder may throw it; calls by `callRemoteString` fail with it.
 *
 * @example
 * const error = new RemoteAmpError("NO_SUCH_USER", "there is no Ada");
 * assert.equal(error.message, "NO_SUCH_USER: there is no Ada");
 */
export class RemoteAmpError extends AmpError {
  override readonly name: string = "RemoteAmpError";
  readonly code: string = "ERR_AMP_REMOTE";
  /** What programs compare. */
  readonly errorCode: string;
  /** What people read. */
  readonly description: string;
  readonly fatal: boolean;

  constructor(errorCode: string, description: string, options: RemoteAmpErrorOptions = {}) {
    super(`${errorCode}: ${description}`, options);
    this.errorCode = errorCode;
    this.description = description;
    this.fatal = options.fatal ?? false;
  }
}

/** The peer has answered with an error that the command does not declare. What it said is the `cause`, with its code. */
export class UnknownRemoteError extends RemoteAmpError {
  override readonly name: string = "UnknownRemoteError";
  override readonly code: string = "ERR_AMP_UNKNOWN_REMOTE";

  constructor(description: string, options?: RemoteAmpErrorOptions) {
    super(UNKNOWN_ERROR_CODE, description, options);
  }
}

/** The peer does not respond to the command. */
export class UnhandledCommand extends AmpError {
  override readonly name: string = "UnhandledCommand";
  readonly code: string = "ERR_AMP_UNHANDLED_COMMAND";
}

/** No version of a protocol is known to both ends: for programs that negotiate one, which declare it among the errors of a command. */
export class IncompatibleVersions extends AmpError {
  override readonly name: string = "IncompatibleVersions";
  readonly code: string = "ERR_AMP_INCOMPATIBLE_VERSIONS";
}

/** A responder has answered what its command cannot send. Why not is the `cause`. */
export class BadLocalReturn extends AmpError {
  override readonly name: string = "BadLocalReturn";
  readonly code: string = "ERR_AMP_BAD_LOCAL_RETURN";
}

/** A call lacks an argument, or has one that the command does not declare. Nothing was sent. */
export class InvalidSignature extends LocalProtocolError {
  override readonly name: string = "InvalidSignature";
  override readonly code: string = "ERR_AMP_INVALID_SIGNATURE";
}

/** A value of the peer is not of the type that the command declares. */
export class InvalidArgument extends RemoteProtocolError {
  override readonly name: string = "InvalidArgument";
  override readonly code: string = "ERR_AMP_INVALID_ARGUMENT";
}

/** The connection belongs to another protocol now, or is about to: boxes cannot be sent over it. */
export class ProtocolSwitched extends InvalidStateError {
  override readonly name: string = "ProtocolSwitched";
  override readonly code: string = "ERR_AMP_PROTOCOL_SWITCHED";
}

/** TLS has been started on this connection before. */
export class OnlyOneTLS extends InvalidStateError {
  override readonly name: string = "OnlyOneTLS";
  override readonly code: string = "ERR_AMP_ONLY_ONE_TLS";
}

/** The peer has sent a box that is neither a call nor an answer. */
export class NoEmptyBoxes extends RemoteProtocolError {
  override readonly name: string = "NoEmptyBoxes";
  override readonly code: string = "ERR_AMP_NO_EMPTY_BOXES";
}

/** The peer has answered a call that was not made, or was answered before. */
export class UnexpectedAnswer extends RemoteProtocolError {
  override readonly name: string = "UnexpectedAnswer";
  override readonly code: string = "ERR_AMP_UNEXPECTED_ANSWER";
}

/** The peer has made more calls at a time than are allowed. */
export class TooManyCalls extends RemoteProtocolError {
  override readonly name: string = "TooManyCalls";
  override readonly code: string = "ERR_AMP_TOO_MANY_CALLS";
}

/** The peer has sent more descriptors that belong to no argument than are allowed. */
export class TooManyDescriptors extends RemoteProtocolError {
  override readonly name: string = "TooManyDescriptors";
  override readonly code: string = "ERR_AMP_TOO_MANY_DESCRIPTORS";
}

/** The peer calls and does not read the answers, and more of them wait than are allowed. */
export class AnswersNotRead extends RemoteProtocolError {
  override readonly name: string = "AnswersNotRead";
  override readonly code: string = "ERR_AMP_ANSWERS_NOT_READ";
}
