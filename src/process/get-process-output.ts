/**
 * Runs a program and answers what it wrote, or how it ended, as a Deferred.
 *
 * The arguments don't begin with the name of the program, as they do for `spawnProcess`. Standard input is closed at once, or when
 * `stdinBytes` are sent: a program that reads it comes to an end. Cancelling kills the program and closes all that leads to it.
 */
import { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { ProcessProtocol } from "../protocol/process-protocol.ts";
import type { ReactorProcess } from "../reactor/reactor.ts";
import { OutputTooLongError, ProcessNotStarted, ProcessSignalled, UnexpectedErrorOutput } from "./errors.ts";
import type { ProcessDone, ProcessTerminated } from "./errors.ts";
import type { SpawnProcessOptions } from "./spawn-options.ts";

export interface ProcessValueOptions extends Pick<SpawnProcessOptions, "env" | "path" | "uid" | "gid"> {
  readonly reactor: ReactorProcess;
  /** What the program reads from its standard input. */
  readonly stdinBytes?: string | Uint8Array;
}

export interface ProcessOutputAndValueOptions extends ProcessValueOptions {
  /** How many bytes the program may write, to standard output and error together; 64 MiB without it. One that writes more is killed. */
  readonly maxOutput?: number;
}

export interface ProcessOutputOptions extends ProcessOutputAndValueOptions {
  /** Whether what the program writes to standard error is a part of the output. Without it, that is an error. */
  readonly errortoo?: boolean;
}

/** What the program wrote to standard output and to standard error, and its exit code. */
export type ProcessOutputAndValue = [out: Buffer, err: Buffer, code: number];

const MAX_OUTPUT = 64 * 2 ** 20;

/**
 * Runs a program; the Deferred fires with its output, whatever its exit code. It fails with `UnexpectedErrorOutput` where the program writes to
 * standard error and `errortoo` does not allow that, with `OutputTooLongError`, or with `ProcessNotStarted`.
 *
 * @example
 * import { reactor } from "hawser";
 * const output = await getProcessOutput("/bin/echo", ["hello"], { reactor });
 * assert.equal(output.toString(), "hello\n");
 */
export function getProcessOutput(
  executable: string,
  args: readonly string[],
  options: ProcessOutputOptions,
): Deferred<Buffer> {
  return run(executable, args, options, (deferred) => new OutputGetter(deferred, options));
}

/**
 * Runs a program; the Deferred fires with its exit code, or with `null` where a signal ended it. It fails with `ProcessNotStarted`.
 *
 * @example
 * import { reactor } from "hawser";
 * assert.equal(await getProcessValue("/bin/sh", ["-c", "exit 3"], { reactor }), 3);
 */
export function getProcessValue(
  executable: string,
  args: readonly string[],
  options: ProcessValueOptions,
): Deferred<number | null> {
  return run(executable, args, options, (deferred) => new ValueGetter(deferred, options));
}

/**
 * Runs a program; the Deferred fires with what it wrote to standard output, what it wrote to standard error, and its exit code. It fails with
 * `ProcessSignalled`, which has what was written, where a signal ended the program; with `OutputTooLongError`, or with `ProcessNotStarted`.
 *
 * @example
 * import { reactor } from "hawser";
 * const [out, , code] = await getProcessOutputAndValue("/bin/cat", [], { reactor, stdinBytes: "hello" });
 * assert.equal(out.toString(), "hello");
 * assert.equal(code, 0);
 */
export function getProcessOutputAndValue(
  executable: string,
  args: readonly string[],
  options: ProcessOutputAndValueOptions,
): Deferred<ProcessOutputAndValue> {
  return run(executable, args, options, (deferred) => new EverythingGetter(deferred, options));
}

function run<T>(
  executable: string,
  args: readonly string[],
  options: ProcessValueOptions,
  makeProtocol: (deferred: Deferred<T>) => Getter<T>,
): Deferred<T> {
  const deferred = new Deferred<T>(() => protocol.transport.abortConnection());
  const protocol = makeProtocol(deferred);
  options.reactor.spawnProcess(protocol, executable, [executable, ...args], options);
  return deferred;
}

/** Waits for the end, and says how that came unless it has said something already. */
abstract class Getter<T> extends ProcessProtocol {
  protected readonly deferred: Deferred<T>;
  readonly #stdinBytes: string | Uint8Array | undefined;

  constructor(deferred: Deferred<T>, { stdinBytes }: ProcessValueOptions) {
    super();
    this.deferred = deferred;
    this.#stdinBytes = stdinBytes;
  }

  override connectionMade(): void {
    if (this.#stdinBytes !== undefined) this.transport.write(this.#stdinBytes);
    this.transport.closeStdin();
  }

  override processEnded(reason: Failure): void {
    const end = reason.value as ProcessDone | ProcessTerminated;
    if (this.deferred.called) return;
    if (end instanceof ProcessNotStarted) this.deferred.errback(end);
    else this.fire(end);
  }

  protected abstract fire(end: ProcessDone | ProcessTerminated): void;
}

class ValueGetter extends Getter<number | null> {
  protected override fire({ exitCode }: ProcessDone | ProcessTerminated): void {
    this.deferred.callback(exitCode);
  }
}

/** Keeps what is written, within limits. */
abstract class KeepingGetter<T> extends Getter<T> {
  readonly #maxOutput: number;
  #kept = 0;

  constructor(deferred: Deferred<T>, options: ProcessOutputAndValueOptions) {
    super(deferred, options);
    this.#maxOutput = options.maxOutput ?? MAX_OUTPUT;
    if (!(this.#maxOutput >= 0)) {
      throw new RangeError(`Cannot keep ${this.#maxOutput} bytes of output: expected a number, 0 or more`);
    }
  }

  protected keep(pieces: Buffer[], data: Buffer): void {
    if (this.deferred.called) return;
    this.#kept += data.length;
    if (this.#kept <= this.#maxOutput) {
      pieces.push(data);
      return;
    }
    pieces.length = 0;
    this.deferred.errback(
      new OutputTooLongError(
        `Cannot keep the output of a process: it wrote ${this.#kept} bytes, expected ${this.#maxOutput} at most`,
      ),
    );
    this.transport.abortConnection();
  }
}

class OutputGetter extends KeepingGetter<Buffer> {
  readonly #errortoo: boolean;
  readonly #pieces: Buffer[] = [];
  #ended: Deferred<ProcessDone | ProcessTerminated> | undefined = undefined;

  constructor(deferred: Deferred<Buffer>, options: ProcessOutputOptions) {
    super(deferred, options);
    this.#errortoo = options.errortoo ?? false;
  }

  override outReceived(data: Buffer): void {
    this.keep(this.#pieces, data);
  }

  override errReceived(data: Buffer): void {
    if (this.#errortoo) {
      this.keep(this.#pieces, data);
      return;
    }
    if (this.deferred.called) return;
    this.#ended = new Deferred();
    this.deferred.errback(new UnexpectedErrorOutput(data, this.#ended));
    this.transport.loseConnection();
  }

  override processEnded(reason: Failure): void {
    super.processEnded(reason);
    if (this.#ended?.called === false) this.#ended.callback(reason.value as ProcessDone | ProcessTerminated);
  }

  protected override fire(): void {
    this.deferred.callback(Buffer.concat(this.#pieces));
  }
}

class EverythingGetter extends KeepingGetter<ProcessOutputAndValue> {
  readonly #out: Buffer[] = [];
  readonly #err: Buffer[] = [];

  override outReceived(data: Buffer): void {
    this.keep(this.#out, data);
  }

  override errReceived(data: Buffer): void {
    this.keep(this.#err, data);
  }

  protected override fire(end: ProcessDone | ProcessTerminated): void {
    const out = Buffer.concat(this.#out);
    const err = Buffer.concat(this.#err);
    if (end.exitCode === null) this.deferred.errback(new ProcessSignalled(end, out, err));
    else this.deferred.callback([out, err, end.exitCode]);
  }
}
