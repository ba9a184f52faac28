/**
 * The roots of the error families.
 *
 * Every error has one owner: the caller (`TypeError`, `RangeError`, `InvalidStateError`, `LocalProtocolError`), the peer
 * (`RemoteProtocolError`) or the system (the connection errors). A class exists only where a caller will catch it; its
 * `code` is stable and has a line in `docs/errors.md`.
 */

/** What every error class of Hawser extends: an `Error` with a stable `code`. */
export abstract class HawserError extends Error {
  abstract readonly code: string;
}

/**
 * The caller asked for something that the state of the object does not allow, such as releasing a lock that is free.
 * The state is unchanged.
 */
export class InvalidStateError extends HawserError {
  override readonly name: string = "InvalidStateError";
  readonly code: string = "ERR_INVALID_STATE";
}

/** The caller used a protocol in a way that the protocol does not allow. */
export class LocalProtocolError extends HawserError {
  override readonly name: string = "LocalProtocolError";
  readonly code: string = "ERR_LOCAL_PROTOCOL";
}

/** The peer sent what its protocol does not allow. */
export class RemoteProtocolError extends HawserError {
  override readonly name: string = "RemoteProtocolError";
  readonly code: string = "ERR_REMOTE_PROTOCOL";
}
