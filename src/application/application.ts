/** The service that a program is. */
import { inspect } from "node:util";
import { MultiService } from "./multi-service.ts";

/** Who the program is to run as, once it has done what needs privileges. */
export interface ApplicationOptions {
  /** A user's id or name. */
  readonly uid?: number | string;
  /** A group's id or name. */
  readonly gid?: number | string;
}

/**
 * The root of all services of a program. Its children are added with `child.setServiceParent(application)`.
 *
 * @example
 * const application = new Application("echo", { uid: 1000 });
 * const child = new Service();
 * child.setServiceParent(application);
 * assert.deepEqual([...application], [child]);
 */
export class Application extends MultiService {
  readonly uid: number | string | undefined;
  readonly gid: number | string | undefined;

  constructor(name: string, options: ApplicationOptions = {}) {
    super();
    if (typeof name !== "string" || name === "")
      throw new TypeError(`Cannot name an application ${inspect(name, { depth: 0 })}: expected some text`);
    this.setName(name);
    this.uid = options.uid;
    this.gid = options.gid;
  }
}
