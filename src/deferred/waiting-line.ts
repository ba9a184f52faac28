/**
 * Deferreds that wait for their turn: first in, first out, and whoever is cancelled leaves at once.
 *
 * A list that is linked both ways, so that taking the first and leaving from the middle cost the same in a long line as in a short one. (To
 * find the first of a `Set`, the engine walks over all that have left.)
 */
import { Deferred } from "./deferred.ts";

interface Place<T> {
  readonly deferred: Deferred<T>;
  previous: Place<T> | undefined;
  next: Place<T> | undefined;
}

export class WaitingLine<T> {
  #first: Place<T> | undefined = undefined;
  #last: Place<T> | undefined = undefined;
  #length = 0;

  /** How many wait. */
  get length(): number {
    return this.#length;
  }

  /** A Deferred at the end of the line; cancelling it gives up its place. */
  join(): Deferred<T> {
    const place: Place<T> = {
      deferred: new Deferred<T>(() => this.#leave(place)),
      previous: this.#last,
      next: undefined,
    };
    if (this.#last === undefined) this.#first = place;
    else this.#last.next = place;
    this.#last = place;
    this.#length++;
    return place.deferred;
  }

  /** Takes the one who has waited longest out of the line, to be fired. */
  shift(): Deferred<T> | undefined {
    const place = this.#first;
    if (place !== undefined) this.#leave(place);
    return place?.deferred;
  }

  #leave(place: Place<T>): void {
    if (place.previous === undefined) this.#first = place.next;
    else place.previous.next = place.next;
    if (place.next === undefined) this.#last = place.previous;
    else place.next.previous = place.previous;
    this.#length--;
  }
}
