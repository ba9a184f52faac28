/** The errors of services. */
import { HawserError, InvalidStateError } from "../errors.ts";

/** A service of that name is there already: names within one parent are unique. */
export class DuplicateServiceError extends InvalidStateError {
  override readonly name: string = "DuplicateServiceError";
  override readonly code: string = "ERR_DUPLICATE_SERVICE";
}

/** There is no such service in the collection. */
export class ServiceNotFoundError extends HawserError {
  override readonly name: string = "ServiceNotFoundError";
  readonly code: string = "ERR_SERVICE_NOT_FOUND";
}
