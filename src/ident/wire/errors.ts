/** Why nobody is named. Each has a word of its own on the wire (RFC 1413, section 6). */
import { HawserError } from "../../errors.ts";

/** The owner of the connection cannot be told; why is not known, or not said. */
export class IdentError extends HawserError {
  override readonly name: string = "IdentError";
  readonly code: string = "ERR_IDENT";
  /** The word for it on the wire. */
  readonly identDescription: string = "UNKNOWN-ERROR";

  constructor(message = "The owner of the connection cannot be told", options?: ErrorOptions) {
    super(message, options);
  }
}

/** There is no such connection, or nobody owns it. */
export class NoUser extends IdentError {
  override readonly name: string = "NoUser";
  override readonly code: string = "ERR_IDENT_NO_USER";
  override readonly identDescription: string = "NO-USER";

  constructor(message = "Nobody owns such a connection", options?: ErrorOptions) {
    super(message, options);
  }
}

/** A port is none: they are whole numbers from 1 to 65,535. */
export class InvalidPort extends IdentError {
  override readonly name: string = "InvalidPort";
  override readonly code: string = "ERR_IDENT_INVALID_PORT";
  override readonly identDescription: string = "INVALID-PORT";

  constructor(message = "A port is no number from 1 to 65535", options?: ErrorOptions) {
    super(message, options);
  }
}

/** The owner is known, and does not want to be named. */
export class HiddenUser extends IdentError {
  override readonly name: string = "HiddenUser";
  override readonly code: string = "ERR_IDENT_HIDDEN_USER";
  override readonly identDescription: string = "HIDDEN-USER";

  constructor(message = "The owner of the connection does not want to be named", options?: ErrorOptions) {
    super(message, options);
  }
}

/** The error that the word of a response stands for; an `IdentError` for words that are not known. */
export function errorFor(word: string): IdentError {
  switch (word) {
    case "NO-USER":
      return new NoUser();
    case "INVALID-PORT":
      return new InvalidPort();
    case "HIDDEN-USER":
      return new HiddenUser();
    default:
      return new IdentError();
  }
}
