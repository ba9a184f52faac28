/**
 * `Turns`: who takes a turn next, round after round, while some leave and others join.
 *
 * The order is that of Twisted, which goes through a Python list by index while members are taken out of it and appended: where one
 * that has had its turn leaves, the rest move up, and the one whose turn it was is passed over until the next round. Here it is a linked list with
 * a cursor, so that leaving takes the same time however many there are.
 */

/** A member's place in the list. */
export class Turn<T> {
  readonly member: T;
  /** Grows along the list. */
  readonly place: number;
  previous: Turn<T> | undefined;
  next: Turn<T> | undefined = undefined;

  constructor(member: T, place: number, previous: Turn<T> | undefined) {
    this.member = member;
    this.place = place;
    this.previous = previous;
  }
}

export class Turns<T> {
  #first: Turn<T> | undefined = undefined;
  #last: Turn<T> | undefined = undefined;
  /** Whose turn is next; `undefined` at the end of a round. */
  #cursor: Turn<T> | undefined = undefined;
  /** At the end of a round, how many have left since: as many newcomers are passed over. */
  #passedOver = 0;
  #nextPlace = 0;

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  /** Appends `member`, and gives what `leave` takes. */
  join(member: T): Turn<T> {
    const turn = new Turn(member, this.#nextPlace++, this.#last);
    if (this.#last === undefined) this.#first = turn;
    else this.#last.next = turn;
    this.#last = turn;
    if (this.#cursor === undefined) {
      if (this.#passedOver === 0) this.#cursor = turn;
      else this.#passedOver--;
    }
    return turn;
  }

  /** Takes out a member that is there. */
  leave(turn: Turn<T>): void {
    const { previous, next } = turn;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next === undefined) this.#last = previous;
    else next.previous = previous;
    const cursor = this.#cursor;
    if (cursor === undefined) this.#passedOver++;
    else if (turn.place <= cursor.place) this.#cursor = cursor.next;
  }

  /** The next one to take a turn, of a new round where this one is over; `undefined` where there is nobody. */
  next(): T | undefined {
    const turn = this.#cursor ?? this.#first;
    this.#cursor = turn?.next;
    this.#passedOver = 0;
    return turn?.member;
  }

  /** The members, in their order. */
  members(): T[] {
    const members: T[] = [];
    for (let turn = this.#first; turn !== undefined; turn = turn.next) members.push(turn.member);
    return members;
  }

  /** Begins a round. */
  beginRound(): void {
    this.#cursor = this.#first;
    this.#passedOver = 0;
  }
}
