/** The command that is called. */
import type { Argument, Command } from "hawser/amp";
import { command, integer } from "hawser/amp";

type Integer = Argument<number, number, false>;

export const Sum: Command<{ a: Integer; b: Integer }, { total: Integer }, true> = command("Sum", {
  arguments: { a: integer(), b: integer() },
  response: { total: integer() },
});
