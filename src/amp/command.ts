/** Commands: a name, the types of what is asked and answered, and the errors that both ends know. */
import { inspect } from "node:util";
import type { Deferred } from "../deferred/deferred.ts";
import type { BoxSender } from "./box-sender.ts";
import { ErrorMap } from "./error-map.ts";
import type { DeclaredErrors } from "./error-map.ts";
import { BadLocalReturn, InvalidSignature, RemoteAmpError } from "./errors.ts";
import type { Responder } from "./responder.ts";
import { fieldsOf, missingIn, valuesFromBox, valuesToBox } from "./schema.ts";
import type { Fields, Given, Received, Schema } from "./schema.ts";
import { AmpBox } from "./wire/amp-box.ts";
import { isByteText } from "./wire/wire-value.ts";

/** What a command is declared with. */
export interface CommandOptions<A extends Schema, R extends Schema, Q extends boolean> {
  /** What is asked; nothing unless told otherwise. */
  readonly arguments?: A;
  /** What is answered; nothing unless told otherwise. */
  readonly response?: R;
  /** Which errors of a responder reach the caller as what they are, each with its code: `[[RangeError, "TOO_FAR"]]`. */
  readonly errors?: DeclaredErrors;
  /** The same for errors after which the responder's end closes the connection. */
  readonly fatalErrors?: DeclaredErrors;
  /** Whether callers want an answer; they do unless told otherwise. */
  readonly requiresAnswer?: Q;
}

/** What a responder may answer: nothing, where nothing has to be. */
export type AnswerOf<R extends Schema> = object extends Given<R> ? Given<R> | void : Given<R>;

/** The arguments of a call: none, where none have to be given. */
export type ArgumentsOf<A extends Schema> = object extends Given<A> ? [values?: Given<A>] : [values: Given<A>];

/** How a call is made around a command that changes the connection. */
export interface CallSteps {
  readonly sender: BoxSender | undefined;
  readonly values: Readonly<Record<string, unknown>>;
  /** What the caller has given beside the values. */
  readonly extra: unknown;
  /** Sends the call. */
  readonly send: () => Deferred<unknown>;
}

/**
 * A command. `command()` makes plain ones; classes that extend this one change the connection.
 *
 * `A` is the schema of what is asked, `R` of what is answered, `Q` whether an answer is wanted, and `Answer` what a responder answers.
 */
export class Command<
  A extends Schema = Schema,
  R extends Schema = Schema,
  Q extends boolean = boolean,
  Answer = AnswerOf<R>,
> {
  readonly commandName: string;
  readonly requiresAnswer: Q;
  readonly errors: ErrorMap;
  // Private by TypeScript's word, as in other hot classes.
  private readonly _arguments: Fields;
  private readonly _response: Fields;
  private readonly _names: ReadonlySet<string>;

  /** Throws a `TypeError` for a name that cannot be sent, and for what is no argument type. */
  constructor(commandName: string, options: CommandOptions<A, R, Q> = {}) {
    if (typeof commandName !== "string" || !isByteText(commandName)) {
      throw new TypeError(
        `Cannot make a command with the name ${inspect(commandName)}: expected a string, each character of which is a byte`,
      );
    }
    this.commandName = commandName;
    this.requiresAnswer = (options.requiresAnswer ?? true) as Q;
    this.errors = new ErrorMap(options.errors ?? [], options.fatalErrors ?? []);
    this._arguments = fieldsOf(options.arguments ?? {});
    this._response = fieldsOf(options.response ?? {});
    this._names = new Set(this._arguments.map(({ name }) => name));
  }

  /**
   * Says that `call` answers this command: with what it returns, or what the Deferred or promise gives that it returns.
   *
   * @example
   * const Double = command("Double", { arguments: { n: integer() }, response: { twice: integer() } });
   * class Numbers extends AMP {
   *   static override responders = [Double.responder(({ n }) => ({ twice: n * 2 }))];
   * }
   * new Numbers();
   */
  responder<This = void>(call: (this: This, values: Received<A>) => Answer | PromiseLike<Answer>): Responder<This> {
    if (typeof call !== "function") {
      throw new TypeError(`Cannot respond to ${this.commandName} with ${inspect(call)}: expected a function`);
    }
    return { command: this, call };
  }

  /** The box for a call. Throws `InvalidSignature` where a value is missing or too many, and what the argument types throw. */
  makeArguments(values: Given<A>, sender?: BoxSender): AmpBox {
    const given = values as Readonly<Record<string, unknown>>;
    const box = new AmpBox();
    const fields = this._arguments;
    valuesToBox(fields, given, box, sender);
    // Most calls have exactly what is declared: then there is nothing to look for.
    if (box.size !== fields.length || countOf(given) !== fields.length) this.#checkSignature(given);
    return box;
  }

  /** The values of a call. Throws `InvalidArgument`. */
  parseArguments(box: AmpBox, sender?: BoxSender): Received<A> {
    return valuesFromBox(this._arguments, box, sender) as Received<A>;
  }

  /** The box for an answer. Throws a `TypeError` where a value is missing, and what the argument types throw. */
  makeResponse(answer: Answer, sender?: BoxSender): AmpBox {
    const values = (answer ?? {}) as Readonly<Record<string, unknown>>;
    if (typeof values !== "object") throw new TypeError(`${inspect(values)} is no object`);
    const box = this.newAnswer(answer);
    valuesToBox(this._response, values, box, sender);
    if (box.size !== this._response.length) {
      const missing = missingIn(this._response, values);
      if (missing.length > 0) throw new TypeError(`there is no ${missing.join(", ")}`);
    }
    return box;
  }

  /** The values of an answer. Throws `InvalidArgument`. */
  parseResponse(box: AmpBox, sender?: BoxSender): Received<R> {
    return valuesFromBox(this._response, box, sender) as Received<R>;
  }

  /** `makeResponse`, with `BadLocalReturn` for whatever it throws. */
  answerBox(answer: unknown, sender: BoxSender): AmpBox {
    try {
      return this.makeResponse(answer as Answer, sender);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      const answered = inspect(answer, { depth: 1, breakLength: Infinity });
      throw new BadLocalReturn(`Cannot answer ${this.commandName} with ${answered}: ${why}`, { cause });
    }
  }

  /** The error that goes over the wire for what a responder threw; what is not declared stays as it is. */
  toRemoteError(thrown: unknown): unknown {
    return thrown instanceof RemoteAmpError ? thrown : (this.errors.toRemote(thrown) ?? thrown);
  }

  /** What a call fails with, for an error that came over the wire. */
  fromRemoteError(error: unknown): unknown {
    return error instanceof RemoteAmpError ? this.errors.fromRemote(error) : error;
  }

  /** The steps of a call; a command that changes the connection has more of them than to send it. */
  callWith(steps: CallSteps): Deferred<unknown> {
    return steps.send();
  }

  /** Whether `callWith` does nothing but to send. */
  get isPlain(): boolean {
    return true;
  }

  /** The box that an answer is put into; a command that changes the connection has one that does so when it is sent. */
  protected newAnswer(_answer: Answer): AmpBox {
    return new AmpBox();
  }

  #checkSignature(given: Readonly<Record<string, unknown>>): void {
    const missing = missingIn(this._arguments, given);
    if (missing.length > 0) {
      throw new InvalidSignature(
        `Cannot call ${this.commandName} without ${missing.join(", ")}: expected a value for each`,
      );
    }
    for (const name of Object.keys(given)) {
      if (this._names.has(name)) continue;
      const known = [...this._names].join(", ") || "none";
      throw new InvalidSignature(
        `Cannot call ${this.commandName} with ${JSON.stringify(name)}: expected no argument but ${known}`,
      );
    }
  }
}

/** Any command. */
export type AnyCommand = Pick<
  Command<Schema, Schema, boolean, never>,
  "commandName" | "requiresAnswer" | "isPlain" | "callWith" | "fromRemoteError"
> & {
  makeArguments(values: never, sender?: BoxSender): AmpBox;
  parseResponse(box: AmpBox, sender?: BoxSender): unknown;
};

/**
 * Declares a command. Both ends declare the same one; the types of a call and of its responder follow from it.
 *
 * @example
 * import type { Deferred } from "hawser/deferred";
 * class DivisionError extends Error {}
 * const Divide = command("Divide", {
 *   arguments: { numerator: integer(), denominator: integer() },
 *   response: { result: float() },
 *   errors: [[DivisionError, "ZERO_DIVISION"]],
 * });
 * const half = (calculator: AMP): Deferred<{ result: number }> => calculator.callRemote(Divide, { numerator: 1, denominator: 2 });
 */
export function command<
  const A extends Schema = Record<never, never>,
  const R extends Schema = Record<never, never>,
  Q extends boolean = true,
>(name: string, options: CommandOptions<A, R, Q> = {}): Command<A, R, Q> {
  return new Command(name, options);
}

function countOf(values: object): number {
  let count = 0;
  for (const _ in values) count++;
  return count;
}
