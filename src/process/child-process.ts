/**
 * A child process as a transport, the same on every reactor over sockets.
 *
 * Each descriptor that is read from or written to is a stream connection of its own, with its back-pressure; this puts them together. The
 * process has exited when the system says so, and has ended when all its descriptors are closed as well: a grandchild may hold them. When the
 * reactor stops, the descriptors are closed and the process is left alone.
 */
import { AsyncResource } from "node:async_hooks";
import { Failure } from "../deferred/failure.ts";
import { Logger } from "../logger/logger.ts";
import type { ProcessProtocolLike } from "../protocol/process-protocol.ts";
import type { Closable } from "../reactor/base-reactor.ts";
import type { StreamReactor } from "../reactor/stream-reactor.ts";
import { ProcessAddress } from "../transport/address.ts";
import type { PullProducer, PushProducer } from "../transport/producer.ts";
import { StreamConnection } from "../transport/stream-connection.ts";
import type { ConnectionOwner } from "../transport/stream-connection.ts";
import type { Child, ProcessEnd, StartChild } from "./child.ts";
import { ProcessExitedAlready } from "./errors.ts";
import type { ProcessTransport } from "./process-transport.ts";
import { signalNumber } from "./signals.ts";
import {
  checkArguments,
  checkEnvironment,
  checkExecutable,
  checkID,
  checkPath,
  childDescriptors,
} from "./spawn-options.ts";
import type { ChildFD, SpawnProcessOptions } from "./spawn-options.ts";

const log = new Logger({ namespace: "hawser.process" });

export class Process implements ProcessTransport, Closable, ConnectionOwner {
  readonly #reactor: StreamReactor;
  readonly #executable: string;
  readonly #address: ProcessAddress;
  readonly #child: Child;
  readonly #descriptors: ReadonlyMap<number, ChildFD>;
  readonly #pipes: Map<number, StreamConnection> = new Map();
  /** `undefined` when it has heard everything, and where there is none. */
  #protocol: ProcessProtocolLike | undefined;
  /** `"left"`: the reactor has stopped, and the process goes on alone. */
  #life: "running" | "exited" | "ended" | "left" = "running";
  #reason: Failure<ProcessEnd> | undefined = undefined;
  #pid: number | null;
  /** Whoever closes a descriptor may do so in another one. */
  readonly #context: AsyncResource = new AsyncResource("HAWSERPROCESS");

  /** Starts the process, and connects the protocol. A protocol of `null` will do where nothing is read or written. */
  constructor(
    reactor: StreamReactor,
    startChild: StartChild,
    protocol: ProcessProtocolLike | null,
    executable: string,
    args: readonly string[],
    options: SpawnProcessOptions,
  ) {
    checkExecutable(executable);
    checkArguments(args);
    checkEnvironment(options.env);
    checkPath(options.path);
    checkID("uid", options.uid);
    checkID("gid", options.gid);
    this.#descriptors = childDescriptors(options.childFDs);
    if (protocol === null && [...this.#descriptors.values()].some((what) => typeof what !== "number")) {
      throw new TypeError(
        `Cannot start the process ${JSON.stringify(executable)} without a protocol: expected one, or childFDs of numbers alone`,
      );
    }
    this.#reactor = reactor;
    this.#executable = executable;
    this.#address = new ProcessAddress(executable);
    this.#protocol = protocol ?? undefined;
    this.#child = startChild(executable, args, options, this.#descriptors, (end) => this.#exited(end));
    this.#pid = this.#child.pid;
    const addresses = { host: this.#address, peer: this.#address };
    for (const [fd, handle] of this.#child.handles) {
      const pipe = new StreamConnection(new PipeEnd(this, fd), handle, addresses, this, reactor.batch);
      handle.connect(pipe);
      this.#pipes.set(fd, pipe);
    }
    reactor.track(this);
    this.#tell("makeConnection", (told) => told.makeConnection(this));
    for (const pipe of this.#pipes.values()) pipe.start();
  }

  get pid(): number | null {
    return this.#pid;
  }

  get disconnecting(): boolean {
    return this.#pipes.get(0)?.disconnecting ?? false;
  }

  getHost(): ProcessAddress {
    return this.#address;
  }

  getPeer(): ProcessAddress {
    return this.#address;
  }

  write(data: string | Uint8Array): void {
    this.#pipeTo(0)?.write(data);
  }

  writeSequence(pieces: Iterable<string | Uint8Array>): void {
    this.#pipeTo(0)?.writeSequence(pieces);
  }

  writeToChild(childFD: number, data: string | Uint8Array): void {
    const what = this.#descriptors.get(childFD);
    if (what !== "w") {
      throw new TypeError(
        `Cannot write to the child's descriptor ${childFD}: it is ${JSON.stringify(what)} in childFDs, expected "w"`,
      );
    }
    this.#pipes.get(childFD)?.write(data);
  }

  closeChildFD(childFD: number): void {
    this.#pipes.get(childFD)?.loseConnection();
  }

  closeStdin(): void {
    this.closeChildFD(0);
  }

  closeStdout(): void {
    this.closeChildFD(1);
  }

  closeStderr(): void {
    this.closeChildFD(2);
  }

  loseConnection(): void {
    this.closeStdin();
    this.closeStderr();
    this.closeStdout();
  }

  loseWriteConnection(): void {
    this.closeStdin();
  }

  abortConnection(): void {
    if (this.#pid !== null) {
      try {
        this.signalProcess("KILL");
      } catch (error) {
        // It may be another user's by now.
        log.failure("A process could not be killed", error);
      }
    }
    for (const pipe of this.#pipes.values()) pipe.abortConnection();
  }

  registerProducer(producer: PushProducer | PullProducer, streaming: boolean): void {
    const stdin = this.#pipeTo(0);
    if (stdin === undefined) producer.stopProducing();
    else stdin.registerProducer(producer, streaming);
  }

  unregisterProducer(): void {
    this.#pipeTo(0)?.unregisterProducer();
  }

  pauseProducing(): void {
    for (const [fd, pipe] of this.#pipes) if (this.#descriptors.get(fd) === "r") pipe.pauseProducing();
  }

  resumeProducing(): void {
    for (const [fd, pipe] of this.#pipes) if (this.#descriptors.get(fd) === "r") pipe.resumeProducing();
  }

  stopProducing(): void {
    this.loseConnection();
  }

  signalProcess(signal: string | number): void {
    const number = signalNumber(signal);
    if (this.#pid === null) throw this.#exitedAlready(number);
    try {
      process.kill(this.#pid, number);
    } catch (error) {
      throw (error as { code?: string }).code === "ESRCH" ? this.#exitedAlready(number) : error;
    }
  }

  closeNow(reason: Failure): void {
    if (this.#life === "running") {
      this.#life = "left";
      this.#child.release();
    }
    for (const pipe of this.#pipes.values()) pipe.closeNow(reason);
    this.#reactor.untrack(this);
  }

  /** @internal From a descriptor of the child. What is thrown closes the descriptor. */
  childDataReceived(childFD: number, data: Buffer): void {
    if (this.#descriptors.get(childFD) === "r") this.#protocol?.childDataReceived(childFD, data);
  }

  /** @internal */
  childConnectionLost(childFD: number): void {
    this.#pipes.delete(childFD);
    this.#tell("childConnectionLost", (told) => told.childConnectionLost(childFD));
  }

  /** @internal A descriptor is closed, and its protocol was told. */
  connectionClosed(): void {
    this.#endIfDone();
  }

  logPrefix(): string {
    return this.#protocol?.logPrefix?.() ?? "Process";
  }

  #exited(end: ProcessEnd): void {
    this.#pid = null;
    if (this.#life !== "running") return;
    // What was never opened is closed as well.
    if (this.#child.pid === null) {
      for (const [fd, what] of this.#descriptors) if (typeof what !== "number") this.childConnectionLost(fd);
    }
    this.#life = "exited";
    const reason = (this.#reason = new Failure(end));
    this.#tell("processExited", (told) => told.processExited(reason));
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#life !== "exited" || this.#pipes.size > 0) return;
    this.#life = "ended";
    this.#reactor.untrack(this);
    const reason = this.#reason!;
    this.#tell("processEnded", (told) => told.processEnded(reason));
    this.#protocol = undefined;
  }

  /** Calls the protocol; what it throws is logged and changes nothing. */
  #tell(what: string, call: (protocol: ProcessProtocolLike) => void): void {
    const protocol = this.#protocol;
    if (protocol === undefined) return;
    const { batch } = this.#reactor;
    batch.enter();
    try {
      this.#context.runInAsyncScope(call, undefined, protocol);
    } catch (error) {
      log.failure("{protocol} threw an error in {what}", error, { protocol: this.logPrefix(), what });
    }
    batch.leave();
  }

  #pipeTo(childFD: number): StreamConnection | undefined {
    return this.#descriptors.get(childFD) === "w" ? this.#pipes.get(childFD) : undefined;
  }

  #exitedAlready(signal: number): ProcessExitedAlready {
    return new ProcessExitedAlready(
      `Cannot send the signal ${signal} to ${JSON.stringify(this.#executable)}: it has ended, expected it to run`,
    );
  }
}

/** The protocol of the connection to one descriptor. */
class PipeEnd {
  readonly #process: Process;
  readonly #childFD: number;

  constructor(owner: Process, childFD: number) {
    this.#process = owner;
    this.#childFD = childFD;
  }

  makeConnection(): void {}

  dataReceived(data: Buffer): void {
    this.#process.childDataReceived(this.#childFD, data);
  }

  connectionLost(): void {
    this.#process.childConnectionLost(this.#childFD);
  }

  logPrefix(): string {
    return this.#process.logPrefix();
  }
}
