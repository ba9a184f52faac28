/** What may be wrong with a line of an inetd.conf. */
import { HawserError } from "../../errors.ts";

/** A line of a configuration file that cannot be used; the other lines can. */
export class InetdConfigError extends HawserError {
  override readonly name: string = "InetdConfigError";
  readonly code: string = "ERR_INETD_CONFIG";
  /** The file, as it was named. */
  readonly file: string;
  /** The number of the line; the first is 1. */
  readonly line: number;

  /** @param problem what was wrong, and what was expected */
  constructor(place: { readonly file: string; readonly line: number }, problem: string, options: ErrorOptions = {}) {
    super(`Cannot use ${place.file}:${place.line}: ${problem}`, options);
    this.file = place.file;
    this.line = place.line;
  }
}
