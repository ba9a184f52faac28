/** Runs a program on Hawser. monitor_traces.py does the same on Twisted. */
import { ServiceNotFoundError } from "../../../src/application/errors.ts";
import { ProcessMonitor } from "../../../src/application/process-monitor.ts";
import { Failure } from "../../../src/deferred/failure.ts";
import { InvalidStateError } from "../../../src/errors.ts";
import { ProcessDone } from "../../../src/process/errors.ts";
import { FakeProcessTransport } from "../../../src/testing/fake-process-transport.ts";
import { MemoryReactorClock } from "../../../src/testing/memory-reactor-clock.ts";
import type { ProcessProtocolLike } from "../../../src/protocol/process-protocol.ts";
import type { Program, Step, Trace } from "./program.ts";

export function runProgram(program: Program): Trace {
  return new Run(program).trace;
}

class Run extends MemoryReactorClock {
  readonly trace: Trace = [];
  readonly #monitor: ProcessMonitor;
  readonly #processes: Map<string, { protocol: ProcessProtocolLike; transport: FakeProcessTransport }> = new Map();

  constructor(program: Program) {
    super();
    this.#monitor = new ProcessMonitor(this);
    const { threshold, killTime, minRestartDelay, maxRestartDelay } = program;
    Object.assign(this.#monitor, { threshold, killTime, minRestartDelay, maxRestartDelay });
    for (const step of program.steps) {
      try {
        this.#take(step);
      } catch (error) {
        if (!(error instanceof InvalidStateError || error instanceof ServiceNotFoundError)) throw error;
        this.trace.push("! KeyError");
      }
      const calls = this.getDelayedCalls()
        .map((call) => call.getTime())
        .toSorted((a, b) => a - b);
      this.trace.push(`is ${this.#monitor.running} [${calls.join(", ")}]`);
    }
  }

  override spawnProcess(
    protocol: ProcessProtocolLike,
    _executable: string,
    args: readonly string[],
  ): FakeProcessTransport {
    const name = args[1]!;
    this.trace.push(`${this.seconds()} spawn ${args.join(" ")}`);
    const transport = new NotedTransport(name, (text) => this.trace.push(`${this.seconds()} ${text}`));
    this.#processes.set(name, { protocol, transport });
    protocol.makeConnection(transport);
    return transport;
  }

  #take(step: Step): void {
    switch (step.op) {
      case "startService":
        this.#monitor.startService();
        return;
      case "stopService":
        void this.#monitor.stopService();
        return;
      case "restartAll":
        this.#monitor.restartAll();
        return;
      case "add":
        this.#monitor.addProcess(step.name, ["/bin/it", step.name]);
        return;
      case "remove":
        this.#monitor.removeProcess(step.name);
        return;
      case "start":
        this.#monitor.startProcess(step.name);
        return;
      case "stop":
        this.#monitor.stopProcess(step.name);
        return;
      case "die": {
        const found = this.#processes.get(step.name);
        this.#processes.delete(step.name);
        if (found === undefined) return;
        found.transport.pid = null;
        found.protocol.processEnded(new Failure(new ProcessDone()));
        return;
      }
      case "vanish": {
        const found = this.#processes.get(step.name);
        if (found !== undefined) found.transport.pid = null;
        return;
      }
      case "advance":
        this.advance(step.seconds);
        return;
      default:
        step satisfies never;
    }
  }
}

class NotedTransport extends FakeProcessTransport {
  readonly #name: string;
  readonly #note: (text: string) => void;

  constructor(name: string, note: (text: string) => void) {
    super(name, 1);
    this.#name = name;
    this.#note = note;
  }

  override signalProcess(signal: string | number): void {
    super.signalProcess(signal);
    this.#note(`${signal} ${this.#name}`);
  }
}
