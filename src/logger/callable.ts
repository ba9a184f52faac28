/**
 * Objects that can be called, as Python's can. An observer is a function of an event and nothing else, so that observers of all kinds
 * compose; those that also have state and methods (a publisher, a filter) are instances of a class that can be called.
 *
 * How: the constructor answers a function whose prototype is that of the class. Private fields of the subclass are put on that
 * function, `instanceof` holds, and so do `call`, `apply` and `bind`.
 */

// The interface adds the call signature that the constructor below provides; a class body can't declare one.
// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export interface Callable<Argument, Answer> {
  (argument: Argument): Answer;
}

// oxlint-disable-next-line typescript/no-unsafe-declaration-merging
export abstract class Callable<Argument, Answer> {
  static {
    Object.setPrototypeOf(this.prototype, Function.prototype);
  }

  constructor() {
    const self = ((argument: Argument) => self.invoke(argument)) as Callable<Argument, Answer>;
    return Object.setPrototypeOf(self, new.target.prototype) as Callable<Argument, Answer>;
  }

  /** What a call of the object does. */
  protected abstract invoke(argument: Argument): Answer;
}
