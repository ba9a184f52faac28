/** The service `inetd`. */
import type { Startable } from "../../application/program-life.ts";
import type { InetdService } from "../../inetd/inetd-service.ts";
import { titleOf } from "../../inetd/wire/inetd-entry.ts";
import type { InetdConf } from "../../inetd/wire/parse-inetd-conf.ts";
import { addressText } from "../address-text.ts";
import { CommandError } from "../errors.ts";
import { ExitCode } from "../exit-code.ts";
import { defineService } from "../service-maker.ts";
import type { ServiceMaker } from "../service-maker.ts";

export const inetd: ServiceMaker = defineService({
  name: "inetd",
  summary: "Serves what a file says, itself or by programs",
  example: {
    command: "hawser inetd --file inetd.conf",
    does: 'with a line such as "8023 stream tcp nowait nobody /bin/cat cat", runs cat for each connection to port 8023; SIGHUP reads the file again',
  },
  options: {
    file: {
      type: "path",
      short: "f",
      default: "/etc/inetd.conf",
      help: "the file, a service a line: see inetd.conf(5)",
    },
    services: { type: "path", default: "/etc/services", help: "the file with the ports of services that have names" },
    check: { type: "flag", help: "look at the file, say what is wrong with it, and do nothing else" },
    "max-per-minute": { type: "integer", min: 1, default: 256, help: "how often a service may be started in a minute" },
    "closed-for": {
      type: "number",
      default: 600,
      help: "the seconds that one is closed for which is started more often",
    },
    "max-children": { type: "integer", min: 1, default: 256, help: "how many of a service there may be at a time" },
    "max-per-peer": { type: "integer", min: 1, help: "how many of these for one host (default: any number)" },
    "finish-time": { type: "number", default: 10, help: "the seconds that programs get to end when inetd stops" },
    "kill-time": { type: "number", default: 5, help: "the seconds after SIGTERM before they are killed" },
  },
  make: async (options, { reactor, log }) => {
    const [{ InetdService: Inetd }, { readInetdConf }, { findProblems }] = await Promise.all([
      import("../../inetd/inetd-service.ts"),
      import("../../inetd/read-inetd-conf.ts"),
      import("../../inetd/find-problems.ts"),
    ]);
    const read = (): InetdConf => readInetdConf(options.file, { servicesFile: options.services });
    let conf: InetdConf;
    try {
      conf = read();
    } catch (error) {
      throw new CommandError(`--file: ${(error as Error).message}`, ExitCode.cannotPrepare, { cause: error });
    }
    if (options.check) {
      const problems = findProblems(conf);
      for (const { message } of problems) process.stderr.write(`${message}\n`);
      if (problems.length > 0)
        throw new CommandError(
          `--check: ${problems.length} lines of ${options.file} cannot be used, expected none`,
          ExitCode.cannotPrepare,
        );
      process.stdout.write(`${options.file}: ${conf.entries.length} services, no problems\n`);
      return { startService: () => reactor.stop(), stopService() {} };
    }
    const perPeer = options["max-per-peer"];
    const service = new Inetd(reactor, conf, {
      log,
      maxPerMinute: options["max-per-minute"],
      closedFor: options["closed-for"],
      maxChildren: options["max-children"],
      ...(perPeer === undefined ? {} : { maxPerPeer: perPeer }),
      finishTime: options["finish-time"],
      killTime: options["kill-time"],
    });
    return new RunningInetd(service, read);
  },
});

/** Says where it listens, and reads its file again on SIGHUP. */
class RunningInetd implements Startable {
  readonly #service: InetdService;
  readonly #read: () => InetdConf;
  readonly #said: Set<string> = new Set();

  constructor(service: InetdService, read: () => InetdConf) {
    this.#service = service;
    this.#read = read;
  }

  privilegedStartService(): void {
    this.#service.privilegedStartService();
  }

  async startService(): Promise<void> {
    this.#service.startService();
    await this.#service.waitForListening();
    this.#sayWhere();
    const { problems, listening } = this.#service;
    if (listening.length > 0 || problems.length === 0) return;
    throw new CommandError(
      `--file: no line can be used, expected one at least: ${problems[0]!.message}`,
      ExitCode.cannotPrepare,
    );
  }

  stopService(): PromiseLike<void> {
    return this.#service.stopService();
  }

  abortService(): void {
    this.#service.abortService();
  }

  /** Where the file cannot be read, what it said before goes on. */
  async reload(): Promise<void> {
    await this.#service.reconfigure(this.#read());
    this.#sayWhere();
  }

  /** Says each place once. */
  #sayWhere(): void {
    for (const { entry, address } of this.#service.listening) {
      const text = `${titleOf(entry)} listens on ${addressText(address)}`;
      if (!this.#said.has(text)) process.stdout.write(`${text}\n`);
      this.#said.add(text);
    }
  }
}
