/**
 * Calls and their answers, over whatever sends and receives boxes.
 *
 * A call has a number, by which its answer is known. What is done with a call that arrives is decided at once where its responder answers at
 * once; only for those that answer later is there a Deferred.
 */
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { fail } from "../deferred/maybe-deferred.ts";
import { isThenable } from "../deferred/thenable.ts";
import { InvalidStateError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import type { ClientFactoryLike } from "../protocol/factory.ts";
import { ConnectionLost } from "../transport/errors.ts";
import type { BoxReceiver, BoxSender, ResponderLocator } from "./box-sender.ts";
import type { AnyCommand, ArgumentsOf, Command } from "./command.ts";
import {
  NoEmptyBoxes,
  ProtocolSwitched,
  RemoteAmpError,
  TooManyCalls,
  UNHANDLED_ERROR_CODE,
  UNKNOWN_ERROR_CODE,
  UnexpectedAnswer,
  UnhandledCommand,
} from "./errors.ts";
import type { ProtocolSwitchCommand } from "./protocol-switch-command.ts";
import { QuitBox } from "./quit-box.ts";
import type { Given, Received, Schema } from "./schema.ts";
import { AmpBox } from "./wire/amp-box.ts";
import type { BoxEntries } from "./wire/amp-box.ts";
import { MAX_VALUE_LENGTH } from "./wire/box-limits.ts";
import { ANSWER, ASK, COMMAND, ERROR, ERROR_CODE, ERROR_DESCRIPTION } from "./wire/keys.ts";
import { bytesOf, excerptOf, isASCII } from "./wire/wire-value.ts";

const log = new Logger({ namespace: "hawser.amp" });

const DEFAULT_MAX_CALLS = 10_000;

/** What a dispatcher may be told. */
export interface DispatcherOptions {
  /** How many calls of the peer may be waiting for answers; 10,000 unless told otherwise. One more ends the connection with `TooManyCalls`. */
  readonly maxCalls?: number;
}

/** How `callRemoteString` calls. */
export interface CallStringOptions {
  /** Whether an answer is wanted; it is unless told otherwise. */
  readonly requiresAnswer?: boolean;
}

/** A call that has no answer yet. */
interface Call {
  readonly deferred: Deferred<unknown>;
  /** `undefined` where the answer is wanted as a box. */
  readonly command: AnyCommand | undefined;
}

/**
 * Makes calls, and hands those of the peer to responders.
 *
 * @example
 * import { StringTransport } from "hawser/testing";
 * const dispatcher = new BoxDispatcher(new CommandLocator());
 * const connection = new BinaryBoxProtocol(dispatcher);
 * connection.makeConnection(new StringTransport());
 * void dispatcher.callRemoteString("Ping");
 */
export class BoxDispatcher implements BoxReceiver {
  /** Who finds the responders. */
  locator: ResponderLocator;
  /** What boxes are sent with; `undefined` before there is a connection. */
  boxSender: BoxSender | undefined = undefined;
  // Private by TypeScript's word: the hot path of calls.
  private readonly _calls: Map<string, Call> = new Map();
  private readonly _maxCalls: number;
  private _unanswered = 0;
  private _counter = 0;
  private _stopped: Failure | undefined = undefined;

  constructor(locator: ResponderLocator, options: DispatcherOptions = {}) {
    const { maxCalls = DEFAULT_MAX_CALLS } = options;
    if (typeof maxCalls !== "number" || !(maxCalls >= 1)) {
      throw new RangeError(`Cannot allow ${String(maxCalls)} calls at a time: expected a number, 1 or more`);
    }
    this.locator = locator;
    this._maxCalls = maxCalls;
  }

  /** Whether calls have no answer yet. */
  get awaitsAnswers(): boolean {
    return this._calls.size > 0;
  }

  /** Calls a command that switches protocols: `factory` makes the protocol for this end. */
  callRemote<A extends Schema>(
    command: ProtocolSwitchCommand<A>,
    values: Given<A>,
    factory: ClientFactoryLike,
  ): Deferred<unknown>;
  /**
   * Calls a command of the peer. The Deferred fires with the answer. It fails with an error that the command declares, with `UnknownRemoteError` for
   * another one, with `UnhandledCommand` where the peer does not respond to the command, with `InvalidSignature` or a `TypeError` for values that
   * cannot be sent, and with the reason where the connection ends before there is an answer.
   */
  callRemote<A extends Schema, R extends Schema>(
    command: Command<A, R, true, never>,
    ...values: ArgumentsOf<A>
  ): Deferred<Received<R>>;
  /** Calls a command that wants no answer. Throws where that cannot be sent; once the connection is gone, nothing happens. */
  callRemote<A extends Schema, R extends Schema>(
    command: Command<A, R, false, never>,
    ...values: ArgumentsOf<A>
  ): undefined;
  callRemote(command: AnyCommand, values?: object, extra?: unknown): Deferred<unknown> | undefined {
    return this.callAny(command, values, extra);
  }

  /** `callRemote`, for those who hand calls on and have checked their types. */
  callAny(command: AnyCommand, values: object = {}, extra?: unknown): Deferred<unknown> | undefined {
    const given = values as Readonly<Record<string, unknown>>;
    if (!command.requiresAnswer) {
      if (this._stopped === undefined) this._tell(command.commandName, this._boxFor(command, given));
      return undefined;
    }
    try {
      if (command.isPlain) return this._send(command, given);
      return command.callWith({
        sender: this.boxSender,
        values: given,
        extra,
        send: () => this._send(command, given),
      });
    } catch (error) {
      return fail(error);
    }
  }

  /** Sends a box as a call of the command `name`, and answers the box that comes back. Errors are `RemoteAmpError` and `UnhandledCommand`. */
  callRemoteString(name: string, values?: BoxEntries, options?: { readonly requiresAnswer?: true }): Deferred<AmpBox>;
  callRemoteString(name: string, values: BoxEntries, options: CallStringOptions): Deferred<AmpBox> | undefined;
  callRemoteString(name: string, values?: BoxEntries, options: CallStringOptions = {}): Deferred<AmpBox> | undefined {
    const box = new AmpBox(values);
    if (options.requiresAnswer === false) {
      if (this._stopped === undefined) this._tell(name, box);
      return undefined;
    }
    try {
      return this._ask(name, box, undefined) as Deferred<AmpBox>;
    } catch (error) {
      return fail(error);
    }
  }

  startReceivingBoxes(sender: BoxSender): void {
    this.boxSender = sender;
  }

  stopReceivingBoxes(reason: Failure): void {
    this.failAllOutgoing(reason);
  }

  /** Fails all calls that have no answer, and all that are made from now on. */
  failAllOutgoing(reason: Failure): void {
    this._stopped = reason;
    const calls = [...this._calls.values()];
    this._calls.clear();
    for (const { deferred } of calls) deferred.errback(reason);
  }

  ampBoxReceived(box: AmpBox): void {
    const answered = box.getByteText(ANSWER);
    if (answered !== undefined) {
      this._answerReceived(this._take(answered), box);
      return;
    }
    const failed = box.getByteText(ERROR);
    if (failed !== undefined) this._errorReceived(failed, box);
    else if (box.has(COMMAND)) this._commandReceived(box);
    else throw new NoEmptyBoxes(`The peer has sent ${box.toString()}, which is neither a call nor an answer`);
  }

  private _boxFor(command: AnyCommand, values: Readonly<Record<string, unknown>>): AmpBox {
    return command.makeArguments(values as never, this.boxSender);
  }

  private _send(command: AnyCommand, values: Readonly<Record<string, unknown>>): Deferred<unknown> {
    if (this._stopped !== undefined) return fail(this._stopped);
    return this._ask(command.commandName, this._boxFor(command, values), command);
  }

  private _ask(name: string, box: AmpBox, command: AnyCommand | undefined): Deferred<unknown> {
    if (this._stopped !== undefined) return fail(this._stopped);
    const tag = (++this._counter).toString(16);
    box.setWire(COMMAND, name);
    box.setWire(ASK, tag);
    const deferred = new Deferred<unknown>();
    // The answer may be there before the box has been sent: in tests, where nothing lies between two ends.
    this._calls.set(tag, { deferred, command });
    try {
      box.sendTo(this._sender());
    } catch (error) {
      this._calls.delete(tag);
      throw error;
    }
    return deferred;
  }

  private _tell(name: string, box: AmpBox): void {
    // Its number is not sent, but counts, as in Twisted.
    this._counter++;
    box.setWire(COMMAND, name);
    box.sendTo(this._sender());
  }

  private _sender(): BoxSender {
    if (this.boxSender !== undefined) return this.boxSender;
    throw new InvalidStateError("Cannot make a call: there is no connection yet, expected one");
  }

  private _take(tag: string): Call {
    const call = this._calls.get(tag);
    if (call === undefined) {
      throw new UnexpectedAnswer(
        `The peer has answered the call ${excerptOf(tag)}, which is not waiting for an answer`,
      );
    }
    this._calls.delete(tag);
    return call;
  }

  private _answerReceived({ deferred, command }: Call, box: AmpBox): void {
    if (command === undefined) {
      deferred.callback(box);
      return;
    }
    let answer: unknown;
    try {
      answer = command.parseResponse(box, this.boxSender);
    } catch (error) {
      deferred.errback(error);
      return;
    }
    deferred.callback(answer);
  }

  private _errorReceived(tag: string, box: AmpBox): void {
    // Looked at first: a call that was taken has to be fired.
    const code = textOf(box, ERROR_CODE);
    const description = textOf(box, ERROR_DESCRIPTION);
    const { deferred, command } = this._take(tag);
    if (code === UNHANDLED_ERROR_CODE) {
      deferred.errback(new UnhandledCommand(description));
      return;
    }
    const error = new RemoteAmpError(code, description);
    deferred.errback(command === undefined ? error : command.fromRemoteError(error));
  }

  private _commandReceived(box: AmpBox): void {
    const tag = box.getByteText(ASK);
    const sender = this._sender();
    let answer: AmpBox | PromiseLike<AmpBox>;
    try {
      const name = box.getByteText(COMMAND)!;
      const responder = this.locator.locateResponder(name);
      if (responder === undefined) throw unhandled(name);
      answer = responder(box, sender);
    } catch (error) {
      this._failed(tag, error, sender);
      return;
    }
    if (isThenable(answer)) this._answerLater(tag, answer, sender);
    else this._answer(tag, answer, sender);
  }

  private _answerLater(tag: string | undefined, answer: PromiseLike<AmpBox>, sender: BoxSender): void {
    this._unanswered++;
    const deferred = answer instanceof Deferred ? (answer as Deferred<AmpBox>) : Deferred.fromPromise(answer);
    deferred.addBoth((result) => {
      this._unanswered--;
      if (result instanceof Failure) this._failed(tag, result.value, sender);
      else this._answer(tag, result, sender);
    });
    if (this._unanswered > this._maxCalls) {
      throw new TooManyCalls(`The peer has made more than the ${this._maxCalls} calls that may wait for answers`);
    }
  }

  private _answer(tag: string | undefined, answer: AmpBox, sender: BoxSender): void {
    if (tag === undefined) return;
    try {
      if (!(answer instanceof AmpBox)) {
        throw new TypeError(`Cannot answer a call with a value of the type ${typeof answer}: expected an AmpBox`);
      }
      answer.setWire(ANSWER, tag);
      answer.sendTo(sender);
    } catch (error) {
      // Who cannot be reached needs no answer.
      if (!isTooLate(error)) this._failed(tag, error, sender);
    }
  }

  /** Answers with an error, or, where no answer is wanted, leaves it to the connection. */
  private _failed(tag: string | undefined, error: unknown, sender: BoxSender): void {
    if (tag === undefined) {
      sender.unhandledError(new Failure(error));
      return;
    }
    const remote = error instanceof RemoteAmpError ? error : undefined;
    if (remote === undefined) log.failure("A responder failed with an error that its command does not declare", error);
    const isLast = remote === undefined || remote.fatal;
    const box = isLast ? new QuitBox() : new AmpBox();
    box.setWire(ERROR, tag);
    box.set(ERROR_CODE, remote?.errorCode ?? UNKNOWN_ERROR_CODE);
    box.set(ERROR_DESCRIPTION, shortened(remote?.description ?? "Unknown Error"));
    try {
      box.sendTo(sender);
    } catch (thrown) {
      if (!isTooLate(thrown)) sender.unhandledError(new Failure(thrown));
    }
  }
}

function isTooLate(error: unknown): boolean {
  return error instanceof ProtocolSwitched || error instanceof ConnectionLost;
}

function unhandled(name: string): RemoteAmpError {
  return new RemoteAmpError(UNHANDLED_ERROR_CODE, `Unhandled Command: ${excerptOf(name)}`);
}

/** A value as text; bytes that are none are replaced, for the text is only shown or compared. */
function textOf(box: AmpBox, key: string): string {
  const value = box.getWire(key);
  if (value === undefined) throw new NoEmptyBoxes(`The peer has sent ${box.toString()}, an error without ${key}`);
  return typeof value === "string" && isASCII(value) ? value : bytesOf(value).toString();
}

/** As much of a description as has room in a value. */
function shortened(description: string): string {
  if (description.length * 3 <= MAX_VALUE_LENGTH || Buffer.byteLength(description) <= MAX_VALUE_LENGTH)
    return description;
  return description.slice(0, Math.floor(MAX_VALUE_LENGTH / 3));
}
