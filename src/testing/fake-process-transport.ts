/** A transport to a process that is not there: it keeps what it is given. */
import type { ProcessTransport } from "../process/process-transport.ts";
import { ProcessExitedAlready } from "../process/errors.ts";
import { ProcessAddress } from "../transport/address.ts";
import type { PullProducer, PushProducer } from "../transport/producer.ts";

/**
 * What `MemoryReactor.spawnProcess` answers. A test looks at what was written, closed and signalled, and plays the child by calling the protocol.
 *
 * @example
 * import { ProcessProtocol } from "hawser/protocol";
 * const reactor = new MemoryReactor();
 * const protocol = new ProcessProtocol();
 * reactor.spawnProcess(protocol, "/usr/bin/wc", ["wc", "-w"]);
 * protocol.transport.write("two words");
 * protocol.transport.closeStdin();
 * const { transport } = reactor.spawnedProcesses[0]!;
 * assert.equal(transport.written(0).toString(), "two words");
 * assert.deepEqual([...transport.closed], [0]);
 */
export class FakeProcessTransport implements ProcessTransport {
  /** A test sets it to `null` when the process is to have ended. */
  pid: number | null;
  /** The descriptors that were closed. */
  readonly closed: Set<number> = new Set();
  /** The signals that were sent, as they were given. */
  readonly signals: (string | number)[] = [];
  producer: PushProducer | PullProducer | undefined = undefined;
  producerState: "producing" | "paused" = "producing";
  readonly #address: ProcessAddress;
  readonly #written: Map<number, Buffer[]> = new Map();

  constructor(executable: string, pid: number) {
    this.#address = new ProcessAddress(executable);
    this.pid = pid;
  }

  /** What was written to the descriptor `childFD`. */
  written(childFD: number): Buffer {
    return Buffer.concat(this.#written.get(childFD) ?? []);
  }

  get disconnecting(): boolean {
    return this.closed.has(0);
  }

  getHost(): ProcessAddress {
    return this.#address;
  }

  getPeer(): ProcessAddress {
    return this.#address;
  }

  write(data: string | Uint8Array): void {
    this.writeToChild(0, data);
  }

  writeSequence(pieces: Iterable<string | Uint8Array>): void {
    for (const piece of pieces) this.write(piece);
  }

  writeToChild(childFD: number, data: string | Uint8Array): void {
    if (this.closed.has(childFD)) return;
    const pieces = this.#written.get(childFD) ?? [];
    pieces.push(Buffer.from(data));
    this.#written.set(childFD, pieces);
  }

  closeChildFD(childFD: number): void {
    this.closed.add(childFD);
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
    this.loseConnection();
    if (this.pid !== null) this.signals.push("KILL");
  }

  registerProducer(producer: PushProducer | PullProducer, _streaming: boolean): void {
    this.producer = producer;
  }

  unregisterProducer(): void {
    this.producer = undefined;
  }

  pauseProducing(): void {
    this.producerState = "paused";
  }

  resumeProducing(): void {
    this.producerState = "producing";
  }

  stopProducing(): void {
    this.loseConnection();
  }

  signalProcess(signal: string | number): void {
    if (this.pid === null) {
      throw new ProcessExitedAlready(`Cannot send the signal ${signal}: the process has ended, expected it to run`);
    }
    this.signals.push(signal);
  }
}
