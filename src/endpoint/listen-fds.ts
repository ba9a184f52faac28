/**
 * The sockets that systemd has opened for this process (`sd_listen_fds(3)`): descriptors from 3 on, as many as `LISTEN_FDS` says, with the names
 * in `LISTEN_FDNAMES`, if `LISTEN_PID` says that it is this process they are meant for.
 */

const FIRST_DESCRIPTOR = 3;
/** More than any unit has. */
const MAX_DESCRIPTORS = 0x10000;

export class ListenFDs {
  readonly #descriptors: readonly number[];
  readonly #names: readonly string[];

  /**
   * @param names those of the descriptors, in their order; a name may stand for several
   */
  constructor(descriptors: readonly number[], names: readonly string[] = []) {
    this.#descriptors = [...descriptors];
    this.#names = [...names];
  }

  /**
   * What `environment` says; nothing where it is not meant for this process, or does not fit together. It is taken out, so that neither a child nor a
   * second caller takes the same descriptors for its own.
   *
   * @param environment Default: that of the process
   *
   * @example
   * const environment = { LISTEN_PID: String(process.pid), LISTEN_FDS: "2", LISTEN_FDNAMES: "http:metrics" };
   * const listening = ListenFDs.fromEnvironment(environment);
   * assert.deepEqual(listening.inheritedDescriptors(), [3, 4]);
   * assert.deepEqual(listening.inheritedNamedDescriptors().get("metrics"), [4]);
   */
  static fromEnvironment(
    environment: Record<string, string | undefined> = process.env,
    firstDescriptor: number = FIRST_DESCRIPTOR,
  ): ListenFDs {
    const { LISTEN_PID: pid, LISTEN_FDS: fds = "", LISTEN_FDNAMES: fdNames = "" } = environment;
    const count = /^\d+$/.test(fds) ? Number(fds) : 0;
    if (pid !== String(process.pid) || count > MAX_DESCRIPTORS) return new ListenFDs([]);
    delete environment["LISTEN_PID"];
    delete environment["LISTEN_FDS"];
    delete environment["LISTEN_FDNAMES"];

    const names = fdNames === "" ? [] : fdNames.split(":");
    if (names.length > 0 && names.length !== count) return new ListenFDs([]);
    return new ListenFDs(
      Array.from({ length: count }, (_, index) => firstDescriptor + index),
      names,
    );
  }

  /** The descriptors, in their order. */
  inheritedDescriptors(): number[] {
    return [...this.#descriptors];
  }

  /** The descriptors by name, in their order: those of one unit have its name in common, unless each was given one. */
  inheritedNamedDescriptors(): Map<string, number[]> {
    const named = new Map<string, number[]>();
    for (const [index, name] of this.#names.entries()) {
      const descriptor = this.#descriptors[index];
      if (descriptor === undefined) break;
      const others = named.get(name);
      if (others === undefined) named.set(name, [descriptor]);
      else others.push(descriptor);
    }
    return named;
  }
}

let ours: ListenFDs | undefined;

/** The sockets of this process; its environment is looked at once, by the first who asks. */
export function inheritedSockets(): ListenFDs {
  return (ours ??= ListenFDs.fromEnvironment());
}
