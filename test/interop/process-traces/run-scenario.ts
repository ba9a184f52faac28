/** Runs a scenario on a reactor of ours, and answers its trace; `process_traces.py` does the same with Twisted's. */
import type { Failure } from "../../../src/deferred/failure.ts";
import { Deferred } from "../../../src/deferred/deferred.ts";
import { ProcessDone, ProcessExitedAlready } from "../../../src/process/errors.ts";
import type { ProcessTerminated } from "../../../src/process/errors.ts";
import { ProcessProtocol } from "../../../src/protocol/process-protocol.ts";
import type { Reactor } from "../../../src/reactor/reactor.ts";
import type { Action, Scenario } from "./scenario.ts";

export function runScenario(reactor: Reactor, scenario: Scenario): Deferred<string[]> {
  const { script, args = ["sh"], env = {}, path, childFDs } = scenario;
  const protocol = new Actor(scenario);
  reactor.spawnProcess(protocol, "/bin/sh", ["sh", "-c", script, ...args], {
    env: { PATH: "/bin:/usr/bin", ...env },
    path: path ?? null,
    ...(childFDs === undefined ? {} : { childFDs }),
  });
  return protocol.done;
}

class Actor extends ProcessProtocol {
  readonly done: Deferred<string[]> = new Deferred();
  readonly #trace: string[] = [];
  readonly #on: Map<string, readonly Action[]>;
  readonly #received: Map<number, string> = new Map();

  constructor(scenario: Scenario) {
    super();
    this.#on = new Map(Object.entries(scenario.on));
  }

  override connectionMade(): void {
    this.#happens("made");
  }

  override childDataReceived(childFD: number, data: Buffer): void {
    const text = (this.#received.get(childFD) ?? "") + data.toString("latin1");
    this.#received.set(childFD, text);
    this.#acts(`data ${childFD} ${text}`);
  }

  override childConnectionLost(childFD: number): void {
    const text = this.#received.get(childFD);
    if (text !== undefined) this.#trace.push(`data ${childFD} ${text.length} ${text.slice(0, 40)}`);
    this.#happens(`lost ${childFD}`);
  }

  override processExited(reason: Failure): void {
    this.#trace.push(`exited ${endOf(reason)}`);
    this.#acts("exited");
  }

  override processEnded(reason: Failure): void {
    this.#trace.push(`ended ${endOf(reason)}`);
    // What happens in the end may throw, and be logged.
    try {
      this.#acts("ended");
    } finally {
      this.done.callback(this.#trace);
    }
  }

  #happens(event: string): void {
    this.#trace.push(event);
    this.#acts(event);
  }

  #acts(event: string): void {
    const actions = this.#on.get(event) ?? [];
    this.#on.delete(event);
    for (const action of actions) this.#act(action);
  }

  #act(action: Action): void {
    const { transport } = this;
    switch (action[0]) {
      case "write":
        return transport.write(action[1]);
      case "writeSequence":
        return transport.writeSequence(action.slice(1));
      case "writeToChild":
        return transport.writeToChild(action[1], action[2]);
      case "closeChildFD":
        return transport.closeChildFD(action[1]);
      case "signal":
        return this.#signal(action[1]);
      case "pid":
        return void this.#trace.push(`pid ${transport.pid === null ? "none" : "some"}`);
      case "throw":
        throw new Error("thrown");
      default:
        return transport[action[0]]();
    }
  }

  #signal(signal: string | number): void {
    try {
      this.transport.signalProcess(signal);
      this.#trace.push("signalled");
    } catch (error) {
      this.#trace.push(error instanceof ProcessExitedAlready ? "exited already" : String(error));
    }
  }
}

function endOf(reason: Failure): string {
  const { exitCode, signal, status } = reason.value as ProcessDone | ProcessTerminated;
  const name = reason.check(ProcessDone) === null ? "ProcessTerminated" : "ProcessDone";
  return `${name} ${exitCode ?? "none"} ${signal ?? "none"} ${status}`;
}
