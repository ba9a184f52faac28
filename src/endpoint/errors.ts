/** The errors of endpoints themselves. */
import { HawserError, InvalidStateError } from "../errors.ts";

/** The text that describes an endpoint is wrong; the message says where, and what was expected. */
export class EndpointDescriptionError extends HawserError {
  override readonly name: string = "EndpointDescriptionError";
  readonly code: string = "ERR_ENDPOINT_DESCRIPTION";
  /** The whole text. */
  readonly description: string;

  /**
   * @param problem what is wrong, and what was expected
   */
  constructor(description: string, problem: string) {
    super(`Cannot make an endpoint of ${JSON.stringify(description)}: ${problem}`);
    this.description = description;
  }
}

/** `listen` on an endpoint that can listen once only, and has. */
export class AlreadyListenedError extends InvalidStateError {
  override readonly name: string = "AlreadyListenedError";
  override readonly code: string = "ERR_ALREADY_LISTENED";
}
