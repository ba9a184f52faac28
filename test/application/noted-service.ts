/** A service that notes what happens to it, for tests. */
import { Service } from "../../src/application/service.ts";
import type { Stopping } from "../../src/application/service.ts";

export class NotedService extends Service {
  readonly notes: string[];
  /** What happens when it is stopped, and what that answers. */
  stopping: () => Stopping = () => {};
  /** What happens when it is started. */
  starting: () => void = () => {};

  constructor(name: string | undefined, notes: string[]) {
    super();
    this.setName(name);
    this.notes = notes;
  }

  override privilegedStartService(): void {
    super.privilegedStartService();
    this.notes.push(`privileged ${this.name}`);
  }

  override startService(): void {
    super.startService();
    this.notes.push(`start ${this.name}`);
    this.starting();
  }

  override abortService(): void {
    this.notes.push(`abort ${this.name}`);
  }

  override stopService(): Stopping {
    void super.stopService();
    this.notes.push(`stop ${this.name}`);
    return this.stopping();
  }
}
