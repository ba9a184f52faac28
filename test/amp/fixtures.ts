/** Commands and ends of connections for the tests of AMP. */
import type { Argument } from "../../src/amp/argument.ts";
import { AMP } from "../../src/amp/amp.ts";
import type { AMPOptions } from "../../src/amp/amp.ts";
import { integer } from "../../src/amp/arguments/integer.ts";
import { unicode } from "../../src/amp/arguments/unicode.ts";
import type { BoxSender } from "../../src/amp/box-sender.ts";
import { command } from "../../src/amp/command.ts";
import type { Command } from "../../src/amp/command.ts";
import type { Responder } from "../../src/amp/responder.ts";
import type { AmpBox } from "../../src/amp/wire/amp-box.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { connectedPair } from "../../src/testing/connected-pair.ts";
import type { IOPump } from "../../src/testing/io-pump.ts";

export class DivisionError extends Error {}
export class FatalError extends Error {}

type Int = Argument<number, number, false>;
type Text = Argument<string, string, false>;

export const Sum: Command<{ a: Int; b: Int }, { total: Int }, true> = command("Sum", {
  arguments: { a: integer(), b: integer() },
  response: { total: integer() },
});
export const Divide: Command<{ numerator: Int; denominator: Int }, { quotient: Int }, true> = command("Divide", {
  arguments: { numerator: integer(), denominator: integer() },
  response: { quotient: integer() },
  errors: [[DivisionError, "ZERO_DIVISION"]],
  fatalErrors: new Map([[FatalError, "FATAL"]]),
});
export const Note: Command<{ text: Text }, Record<never, never>, false> = command("Note", {
  arguments: { text: unicode() },
  requiresAnswer: false,
});
export const Later: Command<{ n: Int }, { n: Int }, true> = command("Later", {
  arguments: { n: integer() },
  response: { n: integer() },
});

/** Responds to all of these. */
export class Server extends AMP {
  readonly notes: string[] = [];
  /** Calls of `Later` that wait. */
  readonly waiting: Deferred<{ n: number }>[] = [];

  static override responders: readonly Responder[] = [
    Sum.responder(({ a, b }) => ({ total: a + b })),
    Divide.responder(({ numerator, denominator }) => {
      if (denominator === 0) throw new DivisionError("by zero");
      if (denominator === -1) throw new FatalError("far too negative");
      if (denominator === -2) throw new Error("a secret");
      if (denominator === -3) return { quotient: 0.5 };
      return { quotient: Math.floor(numerator / denominator) };
    }),
    Note.responder(function (this: Server, { text }) {
      if (text === "bad") throw new Error("bad note");
      this.notes.push(text);
    }),
    Later.responder(function (this: Server) {
      const answer = new Deferred<{ n: number }>();
      this.waiting.push(answer);
      return answer;
    }),
  ];
}

/** A client, and a server that responds, with nothing but a pump that is worked by hand between them. */
export function pairOf<S extends AMP = Server>(
  server: S = new Server() as AMP as S,
  options: AMPOptions & { chunkSize?: number } = {},
): IOPump<S, AMP> {
  const { chunkSize, ...others } = options;
  return connectedPair(server, new AMP(others), {
    automatic: false,
    ...(chunkSize === undefined ? {} : { chunkSize }),
  });
}

/** What a Deferred has come to: its value, its error, or that it has none yet. */
export function outcomeOf(deferred: Deferred<unknown> | undefined): unknown {
  if (!deferred?.called) return "nothing yet";
  let outcome: unknown;
  void deferred.addBoth((result) => {
    outcome = result instanceof Failure ? result.value : result;
  });
  return outcome;
}

/** Records the boxes that are sent with it. */
export class RecordingSender implements BoxSender {
  readonly boxes: AmpBox[] = [];
  readonly failures: Failure[] = [];
  closed = false;
  /** Thrown by `sendBox`, if there is one. */
  error: Error | undefined = undefined;

  sendBox(box: AmpBox): void {
    if (this.error !== undefined) throw this.error;
    // A box that cannot be sent is one for real connections as well.
    box.serialize();
    this.boxes.push(box);
  }

  unhandledError(failure: Failure): void {
    this.failures.push(failure);
  }

  loseConnection(): void {
    this.closed = true;
  }

  /** The last box, as a plain object. */
  get last(): Record<string, string> {
    return Object.fromEntries([...(this.boxes.at(-1) ?? [])].map(([key, value]) => [key, value.toString()]));
  }
}
