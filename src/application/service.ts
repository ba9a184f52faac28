/**
 * What can be started and stopped, and may be a part of something larger that is.
 *
 * A service has two starts: `privilegedStartService`, while the program may still do everything, such as binding a port below 1024; and
 * `startService`, when it has given up what it does not need. Stopping may take time: then `stopService` answers a Deferred or a promise.
 */
import { InvalidStateError } from "../errors.ts";

/** What `stopService` answers: nothing when all is done, or something that fires when it is. */
export type Stopping = PromiseLike<unknown> | void;

/** The shape of a service; extending `Service` is the everyday way to have it. */
export interface ServiceLike {
  /** Its name among the children of its parent; `undefined` for none. */
  readonly name: string | undefined;
  /** Whether it has been started, and not stopped. */
  readonly running: boolean;
  /** What it is a part of. */
  readonly parent: ServiceCollection | undefined;
  setName(name: string | undefined): void;
  setServiceParent(parent: ServiceCollection): void;
  disownServiceParent(): Stopping;
  privilegedStartService(): void;
  startService(): void;
  stopService(): Stopping;
  /** Ends at once whatever `stopService`, which has been called, waits for. */
  abortService?(): void;
}

/** The shape of a service's parent; `MultiService` has it. */
export interface ServiceCollection extends Iterable<ServiceLike> {
  getServiceNamed(name: string): ServiceLike;
  /** To be called by `setServiceParent` of the child, and by nobody else. */
  addService(service: ServiceLike): void;
  /** To be called by `disownServiceParent` of the child, and by nobody else. */
  removeService(service: ServiceLike): Stopping;
}

/**
 * The base of services: it keeps the books, and does nothing else. Whoever overrides a method calls that of the base as well.
 *
 * `await using` disposes of a service: it leaves its parent, and is stopped.
 *
 * @example
 * class Greeter extends Service {
 *   greetings: string[] = [];
 *   override startService(): void {
 *     super.startService();
 *     this.greetings.push("hello");
 *   }
 * }
 * const greeter = new Greeter();
 * greeter.setServiceParent(new MultiService());
 * greeter.startService();
 * assert.equal(greeter.running, true);
 * await greeter[Symbol.asyncDispose]();
 * assert.equal(greeter.running, false);
 */
export class Service implements ServiceLike, AsyncDisposable {
  name: string | undefined = undefined;
  running = false;
  parent: ServiceCollection | undefined = undefined;

  /** Throws `InvalidStateError` where it has a parent, which would not learn of it. */
  setName(name: string | undefined): void {
    if (this.parent !== undefined) {
      throw new InvalidStateError(
        `Cannot name the service ${JSON.stringify(name)}: it has a parent, expected it to be named before`,
      );
    }
    this.name = name;
  }

  /** Becomes a part of `parent`, and leaves the one that it is a part of. Throws `DuplicateServiceError` where that has one of its name. */
  setServiceParent(parent: ServiceCollection): void {
    if (this.parent !== undefined) void this.disownServiceParent();
    // Before it is added: where the parent runs, this starts it, and it may want to know its parent.
    this.parent = parent;
    try {
      parent.addService(this);
    } catch (error) {
      // Where its start threw, it is a part of it all the same.
      if (![...parent].includes(this)) this.parent = undefined;
      throw error;
    }
  }

  /** Leaves its parent; where that runs, this stops it. Throws `InvalidStateError` where it has none. */
  disownServiceParent(): Stopping {
    const { parent } = this;
    if (parent === undefined)
      throw new InvalidStateError("Cannot disown the parent: the service has none, expected one");
    const stopping = parent.removeService(this);
    this.parent = undefined;
    return stopping;
  }

  /** Does what is to be done before privileges are given up. */
  privilegedStartService(): void {}

  startService(): void {
    this.running = true;
  }

  stopService(): Stopping {
    this.running = false;
  }

  /** For a stop that takes too long: ends at once whatever it waits for. */
  abortService(): void {}

  /** Leaves its parent, and stops. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.parent !== undefined) await this.disownServiceParent();
    if (this.running) await this.stopService();
  }
}
