/** A process protocol that notes everything, and shells to talk to. */
import type { Failure } from "../../src/deferred/failure.ts";
import type { ProcessDone, ProcessTerminated } from "../../src/process/errors.ts";
import type { SpawnProcessOptions } from "../../src/process/spawn-options.ts";
import { ProcessProtocol } from "../../src/protocol/process-protocol.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { until } from "./running.ts";

export const SHELL = "/bin/sh";

export class NotingProcess extends ProcessProtocol {
  /** What happened, in order; data are not among it. */
  readonly events: string[] = [];
  readonly received: Map<number, Buffer[]> = new Map();
  exitedWith: Failure | undefined = undefined;
  endedWith: Failure | undefined = undefined;

  /** What came from the descriptor. */
  text(childFD: number = 1): string {
    return Buffer.concat(this.received.get(childFD) ?? []).toString();
  }

  get end(): ProcessDone | ProcessTerminated {
    return this.endedWith!.value as ProcessDone | ProcessTerminated;
  }

  async ended(): Promise<this> {
    await until(() => this.endedWith !== undefined, "the end of a process");
    return this;
  }

  /** Resolves when `text` has come from the descriptor. */
  async says(text: string, childFD: number = 1): Promise<void> {
    await until(() => this.text(childFD).includes(text), `a process that says "${text}"`);
  }

  override connectionMade(): void {
    this.events.push("made");
  }

  override childDataReceived(childFD: number, data: Buffer): void {
    const pieces = this.received.get(childFD) ?? [];
    pieces.push(data);
    this.received.set(childFD, pieces);
  }

  override childConnectionLost(childFD: number): void {
    this.events.push(`lost ${childFD}`);
  }

  override processExited(reason: Failure): void {
    this.events.push("exited");
    this.exitedWith = reason;
  }

  override processEnded(reason: Failure): void {
    this.events.push("ended");
    this.endedWith = reason;
  }
}

/** Starts a shell that runs `script`; it has the environment of this process. */
export function shell(reactor: Reactor, script: string, options: SpawnProcessOptions = {}): NotingProcess {
  return spawned(reactor, new NotingProcess(), script, options);
}

export function spawned<P extends ProcessProtocol>(
  reactor: Reactor,
  protocol: P,
  script: string,
  options: SpawnProcessOptions = {},
): P {
  reactor.spawnProcess(protocol, SHELL, ["sh", "-c", script], { env: null, ...options });
  return protocol;
}

/** Whether there is such a process, zombies included. */
export function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
