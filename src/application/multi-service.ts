/** A service made of services. */
import { DeferredList } from "../deferred/deferred-list.ts";
import type { Outcome } from "../deferred/deferred-list.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { DuplicateServiceError, ServiceNotFoundError } from "./errors.ts";
import { Service } from "./service.ts";
import type { ServiceCollection, ServiceLike, Stopping } from "./service.ts";

/**
 * Starts its children in the order in which they were added, and stops them the other way round. None waits for another, but this has
 * stopped when all have. A child that is added while this runs is started, one that is removed is stopped.
 *
 * @example
 * class Spoken extends Service {
 *   override startService(): void {
 *     super.startService();
 *     said.push(`start ${this.name}`);
 *   }
 *   override stopService(): void {
 *     void super.stopService();
 *     said.push(`stop ${this.name}`);
 *   }
 * }
 * const said: string[] = [];
 * const all = new MultiService();
 * for (const name of ["a", "b"]) {
 *   const child = new Spoken();
 *   child.setName(name);
 *   child.setServiceParent(all);
 * }
 * all.startService();
 * await all.stopService();
 * assert.deepEqual(said, ["start a", "start b", "stop b", "stop a"]);
 * assert.equal(all.getServiceNamed("a", Spoken).running, false);
 */
export class MultiService extends Service implements ServiceCollection {
  /** The children, in the order in which they were added. */
  readonly services: ServiceLike[] = [];
  /** Those of them that have names. */
  readonly namedServices: Map<string, ServiceLike> = new Map();

  override privilegedStartService(): void {
    super.privilegedStartService();
    // Those that are added meanwhile get their turn, for this does not run yet and nobody else starts them.
    for (const service of this.services) service.privilegedStartService();
  }

  override startService(): void {
    super.startService();
    // A child that is added meanwhile has been started by that, and one that is removed is not to be started any more.
    for (const service of this.services.slice()) if (this.services.includes(service)) service.startService();
  }

  /** Fires with an outcome for each child, the last one first. */
  override stopService(): Deferred<readonly Outcome<unknown>[]> {
    void super.stopService();
    return new DeferredList(this.services.toReversed().map((service) => maybeDeferred(() => service.stopService())));
  }

  /** The last one first, as for stopping. */
  override abortService(): void {
    for (const service of this.services.toReversed()) service.abortService?.();
  }

  /**
   * The child of that name, which must be of the class `kind` where one is given. Throws `ServiceNotFoundError` where there is none, and a
   * `TypeError` where it is something else.
   */
  getServiceNamed(name: string): ServiceLike;
  getServiceNamed<S extends ServiceLike>(name: string, kind: abstract new (...args: never[]) => S): S;
  getServiceNamed<S extends ServiceLike>(name: string, kind?: abstract new (...args: never[]) => S): ServiceLike {
    const service = this.namedServices.get(name);
    if (service === undefined) {
      const known = [...this.namedServices.keys()].map((other) => JSON.stringify(other)).join(", ");
      throw new ServiceNotFoundError(
        `Cannot find the service ${JSON.stringify(name)}: expected one of ${known === "" ? "no names, for none has one" : known}`,
      );
    }
    if (kind === undefined || service instanceof kind) return service;
    throw new TypeError(
      `Cannot use the service ${JSON.stringify(name)} as a ${kind.name}: it is a ${service.constructor.name}`,
    );
  }

  [Symbol.iterator](): IterableIterator<ServiceLike> {
    return this.services[Symbol.iterator]();
  }

  addService(service: ServiceLike): void {
    const { name } = service;
    if (name !== undefined) {
      if (this.namedServices.has(name)) {
        throw new DuplicateServiceError(
          `Cannot add the service ${JSON.stringify(name)}: there is one of that name, expected another name`,
        );
      }
      this.namedServices.set(name, service);
    }
    this.services.push(service);
    if (!this.running) return;
    // It may be too late for what needs privileges; then the service says so.
    service.privilegedStartService();
    service.startService();
  }

  removeService(service: ServiceLike): Stopping {
    const place = this.services.indexOf(service);
    if (place < 0) {
      throw new ServiceNotFoundError(
        `Cannot remove the service ${service.name === undefined ? "without a name" : JSON.stringify(service.name)}: it is no child, expected one`,
      );
    }
    this.services.splice(place, 1);
    if (service.name !== undefined) this.namedServices.delete(service.name);
    return this.running ? service.stopService() : undefined;
  }
}
