/** The errors of the command. */
import { HawserError } from "../errors.ts";
import { ExitCode } from "./exit-code.ts";

/** The command cannot do what it was asked for. The message is one line, and names the part of the command line that is wrong. */
export class CommandError extends HawserError {
  override readonly name: string = "CommandError";
  readonly code: string = "ERR_COMMAND";
  /** What the command ends with. */
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = ExitCode.wrongUse, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}
