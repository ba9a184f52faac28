/** What answers a command: a command together with a function. */
import { isThenable } from "../deferred/thenable.ts";
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import type { BoxResponder, BoxSender } from "./box-sender.ts";
import type { AmpBox } from "./wire/amp-box.ts";

/** What a responder has to know of its command. */
export interface Respondable {
  readonly commandName: string;
  parseArguments(box: AmpBox, sender?: BoxSender): unknown;
  /** The box for an answer. Throws `BadLocalReturn`. */
  answerBox(answer: unknown, sender: BoxSender): AmpBox;
  /** What is to be thrown, for what the function threw. */
  toRemoteError(thrown: unknown): unknown;
}

/** What `command.responder` answers: to be listed in `static responders` of a class, or given to a `CommandLocator`. */
export interface Responder<This = never> {
  readonly command: Respondable;
  readonly call: (this: This, values: never) => unknown;
}

/** Answers boxes with `responder`, as a method of `self`. */
export function boxResponder({ command, call }: Responder, self: unknown): BoxResponder {
  const method = call as (this: unknown, values: unknown) => unknown;
  return (box, sender) => {
    const values = command.parseArguments(box, sender);
    let answer: unknown;
    try {
      answer = method.call(self, values);
    } catch (error) {
      throw command.toRemoteError(error);
    }
    if (isThenable(answer)) return later(command, answer, sender);
    if (answer instanceof Failure) throw command.toRemoteError(answer.value);
    return command.answerBox(answer, sender);
  };
}

function later(command: Respondable, answer: PromiseLike<unknown>, sender: BoxSender): Deferred<AmpBox> {
  const deferred = answer instanceof Deferred ? (answer as Deferred<unknown>) : Deferred.fromPromise(answer);
  return deferred.addCallbacks(
    (value) => command.answerBox(value, sender),
    (failure) => {
      throw command.toRemoteError(failure.value);
    },
  );
}
