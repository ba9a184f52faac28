/** Runs a service, or a module, as a program. */
import { resolve } from "node:path";
import type { PIDFile } from "../application/pid-file.ts";
import type { StreamServerEndpoint } from "../endpoint/endpoint.ts";
import { Logger } from "../logger/logger.ts";
import type { FactoryLike } from "../protocol/factory.ts";
import { installReactor, reactor } from "../reactor/global-reactor.ts";
import type { Address } from "../transport/address.ts";
import { addressText } from "./address-text.ts";
import { CommandError } from "./errors.ts";
import { ExitCode } from "./exit-code.ts";
import type { RunOptions } from "./global-options.ts";
import { Listener } from "./listener.ts";
import type { WrittenEndpoint } from "./listener.ts";
import { isStartable, loadProgram } from "./load-program.ts";
import type { OptionValues } from "./option.ts";
import { runProgram } from "./run-program.ts";
import type { ServiceMaker, Startable } from "./service-maker.ts";
import { startLogging } from "./start-logging.ts";
import type { Output } from "./terminal.ts";

/** What a program runs with. */
export interface Surroundings {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Tells of an error that ends the program. */
  report(error: unknown): void;
}

/** Runs the service of `maker` until it is stopped. */
export async function runService(
  maker: ServiceMaker,
  values: OptionValues,
  rest: readonly string[],
  run: RunOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const { name } = maker;
  const ready = await prepare(run, around);
  const texts = (values["listen"] ?? []) as readonly string[];
  const endpoints = await readEndpoints(texts, name);
  const opened = (address: Address): void => {
    const text = maker.listening?.(address) ?? `${name} listens on ${addressText(address)}`;
    around.stdout.write(`${text}\n`);
  };
  const log = new Logger({ namespace: `hawser.${name}` });
  const listen = (factory: FactoryLike): Startable => new Listener(endpoints, factory, opened);
  const make = (): Startable | PromiseLike<Startable> =>
    maker.make(values, { reactor, log, endpoints: texts, rest, listen });
  return ready.run(make, (error) => around.report(withPrefix(error, name)));
}

/** Runs what the module `file` exports until it is over or stopped. */
export async function runFile(
  file: string,
  args: readonly string[],
  run: RunOptions,
  around: Surroundings,
): Promise<ExitCode> {
  const ready = await prepare(run, around);
  const program = await loadProgram(file);
  const make = async (): Promise<Startable | "over" | "running"> => {
    if (typeof program !== "function") return program;
    const answer = program(reactor, ...args);
    // One that answers nothing has set something up, and goes on until it is stopped.
    if (answer === undefined) return "running";
    const result = await (answer as PromiseLike<unknown>);
    return isStartable(result) ? result : "over";
  };
  return ready.run(make, (error) => around.report(withPrefix(error, `run: ${file}`)));
}

interface Prepared {
  /** Runs what `make` answers, and takes back what was prepared. */
  run(make: Parameters<typeof runProgram>[1], report: (error: unknown) => void): Promise<ExitCode>;
}

async function prepare(run: RunOptions, around: Surroundings): Promise<Prepared> {
  if (run.chdir !== undefined) {
    try {
      process.chdir(run.chdir);
    } catch (error) {
      throw new CommandError(`--chdir: ${(error as Error).message}`, ExitCode.cannotPrepare, { cause: error });
    }
  }
  if (run.umask !== undefined) process.umask(run.umask);
  startLogging(run, around.stderr);
  if (run.reactor !== undefined) chooseReactor(run.reactor);
  const afterPrivilegedStart = await privilegesDropper(run);
  const pidFile = await takePIDFile(run.pidfile);
  return {
    async run(make, report) {
      try {
        if (run.stats) (await import("./show-statistics.ts")).showStatistics(reactor, around.stderr);
        return await runProgram(reactor, make, report, { afterPrivilegedStart });
      } finally {
        pidFile?.release();
      }
    },
  };
}

function chooseReactor(kind: string): void {
  try {
    installReactor(kind);
    // It is made when it is first looked at.
    void reactor.kind;
  } catch (error) {
    throw new CommandError(`--reactor: ${(error as Error).message}`, ExitCode.cannotPrepare, { cause: error });
  }
}

async function takePIDFile(path: string | undefined): Promise<PIDFile | undefined> {
  if (path === undefined) return undefined;
  const { PIDFile } = await import("../application/pid-file.ts");
  const file = new PIDFile(resolve(path));
  try {
    file.acquire();
  } catch (error) {
    throw new CommandError(`--pidfile: ${(error as Error).message}`, ExitCode.cannotPrepare, { cause: error });
  }
  return file;
}

async function privilegesDropper(run: RunOptions): Promise<() => void> {
  const identity = { uid: idOf(run.uid), gid: idOf(run.gid) };
  if (identity.uid === undefined && identity.gid === undefined) return () => {};
  const { dropPrivileges } = await import("../application/drop-privileges.ts");
  return () => {
    try {
      dropPrivileges(identity);
    } catch (error) {
      const option = run.uid === undefined ? "--gid" : "--uid";
      throw new CommandError(`${option}: ${(error as Error).message}`, ExitCode.cannotPrepare, { cause: error });
    }
  };
}

/** A number is an id, anything else a name. */
function idOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

async function readEndpoints(texts: readonly string[], name: string): Promise<WrittenEndpoint[]> {
  const endpoints: WrittenEndpoint[] = [];
  for (const text of texts) {
    try {
      endpoints.push({ text, endpoint: await readEndpoint(text) });
    } catch (error) {
      throw new CommandError(`${name}: --listen: ${(error as Error).message}`, ExitCode.wrongUse, { cause: error });
    }
  }
  return endpoints;
}

/** The parsers of all kinds load TLS and more, which takes longer than all the rest: the usual kinds are read without them. */
async function readEndpoint(text: string): Promise<StreamServerEndpoint> {
  if (/^tcp6?:/.test(text)) {
    const [{ EndpointDescription }, { parseTCP, parseTCP6 }] = await Promise.all([
      import("../endpoint/description.ts"),
      import("../endpoint/tcp-strings.ts"),
    ]);
    return (text.startsWith("tcp:") ? parseTCP : parseTCP6)(reactor, new EndpointDescription(text));
  }
  const { serverFromString } = await import("../endpoint/server-from-string.ts");
  return serverFromString(reactor, text);
}

/** Says whose error it is; what it ends with stays. */
function withPrefix(error: unknown, prefix: string): CommandError {
  const exitCode = error instanceof CommandError ? error.exitCode : ExitCode.failed;
  const message = error instanceof Error ? error.message : String(error);
  return new CommandError(`${prefix}: ${message}`, exitCode, { cause: error });
}
