/** The endpoint of a child process: a client whose stream is the child's standard input and output. */
import { Deferred } from "../deferred/deferred.ts";
import { Failure } from "../deferred/failure.ts";
import { Logger } from "../logger/logger.ts";
import { ProcessDone } from "../process/errors.ts";
import type { ProcessTransport } from "../process/process-transport.ts";
import type { SpawnProcessOptions } from "../process/spawn-options.ts";
import type { ProcessProtocolLike } from "../protocol/process-protocol.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { ReactorProcess } from "../reactor/reactor.ts";
import { ProcessAddress } from "../transport/address.ts";
import { ConnectionDone, NoProtocol } from "../transport/errors.ts";
import type { FactoryOf, StreamClientEndpoint } from "./endpoint.ts";
import { cancelled } from "./wrapping-factory.ts";

const log = new Logger({ namespace: "hawser.endpoint" });

/** What becomes of what a child writes to its standard error: it is logged, or dropped. */
export type StandardErrorBehavior = "log" | "drop";
/** The names that Twisted has for them. */
export const StandardErrorBehavior: { readonly LOG: "log"; readonly DROP: "drop" } = { LOG: "log", DROP: "drop" };

export interface ProcessEndpointOptions extends SpawnProcessOptions {
  /** `"log"` unless told otherwise. */
  readonly errFlag?: StandardErrorBehavior;
}

/**
 * Starts a child process for each connection. `args` begin with the name that the program is called by, as for `spawnProcess`.
 *
 * What is written goes to the child's standard input, what the child writes to its standard output is received. The transport is a
 * `ProcessTransport`: `closeStdin` says that there is no more. `connectionLost` comes when the process has ended and its descriptors
 * are closed, with `ConnectionDone` for exit code 0, else with `ProcessTerminated`. A protocol that knows half-closed connections is told when the
 * child closes its standard output or input.
 *
 * @example
 * import { Factory, Protocol } from "hawser";
 * import { MemoryReactor } from "hawser/testing";
 * const reactor = new MemoryReactor();
 * const endpoint = new ProcessEndpoint(reactor, "/usr/bin/wc", ["wc"], { errFlag: StandardErrorBehavior.DROP });
 * const protocol = await endpoint.connect(Factory.forProtocol(Protocol));
 * protocol.transport.write("hello");
 * assert.equal(reactor.spawnedProcesses[0]?.executable, "/usr/bin/wc");
 */
export class ProcessEndpoint implements StreamClientEndpoint {
  readonly #reactor: ReactorProcess;
  readonly #executable: string;
  readonly #args: readonly string[];
  readonly #options: SpawnProcessOptions;
  readonly #errFlag: StandardErrorBehavior;

  constructor(
    reactor: ReactorProcess,
    executable: string,
    args: readonly string[] = [],
    options: ProcessEndpointOptions = {},
  ) {
    const { errFlag = "log", ...spawnOptions } = options;
    if (errFlag !== "log" && errFlag !== "drop") {
      throw new TypeError(
        `Cannot make an endpoint with the errFlag ${JSON.stringify(errFlag)}: expected "log" or "drop"`,
      );
    }
    this.#reactor = reactor;
    this.#executable = executable;
    this.#args = args;
    this.#options = spawnOptions;
    this.#errFlag = errFlag;
  }

  /** Starts the process. Besides, the Deferred fails with `ProcessNotStarted`. */
  connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    const address = new ProcessAddress(this.#executable);
    const connected = new Deferred<P>((deferred, cause) => {
      deferred.errback(cancelled(address, cause));
      child.transport?.abortConnection();
    });
    const child = new ChildOfFactory(factory, address, connected, this.#errFlag);
    try {
      child.build();
      this.#reactor.spawnProcess(child, this.#executable, this.#args, this.#options);
    } catch (error) {
      child.failed(error);
    }
    return connected;
  }
}

/** Connects a protocol of streams to a process. */
class ChildOfFactory<P extends ProtocolLike> implements ProcessProtocolLike {
  transport: ProcessTransport | undefined = undefined;
  readonly #factory: FactoryOf<P>;
  readonly #address: ProcessAddress;
  readonly #connected: Deferred<P>;
  readonly #errFlag: StandardErrorBehavior;
  #protocol: P | undefined = undefined;
  #life: "new" | "connected" | "lost" = "new";

  constructor(factory: FactoryOf<P>, address: ProcessAddress, connected: Deferred<P>, errFlag: StandardErrorBehavior) {
    this.#factory = factory;
    this.#address = address;
    this.#connected = connected;
    this.#errFlag = errFlag;
  }

  /** Before the process is started, which would be in vain without a protocol. */
  build(): void {
    this.#factory.doStart();
    const protocol = this.#factory.buildProtocol(this.#address);
    if (protocol == null) throw new NoProtocol(`The factory has no protocol for ${this.#address.toString()}`);
    this.#protocol = protocol;
  }

  /** It came to nothing. */
  failed(error: unknown): void {
    this.#life = "lost";
    this.#factory.doStop();
    if (!this.#connected.called) this.#connected.errback(error);
  }

  makeConnection(transport: ProcessTransport): void {
    this.transport = transport;
    // What could not be started is told in the end.
    if (transport.pid === null) return;
    this.#life = "connected";
    try {
      this.#protocol!.makeConnection(transport);
    } catch (error) {
      if (!this.#connected.called) this.#connected.errback(error);
      transport.abortConnection();
      throw error;
    }
    if (!this.#connected.called) this.#connected.callback(this.#protocol!);
  }

  childDataReceived(childFD: number, data: Buffer): void {
    if (childFD === 1) {
      this.#protocol!.dataReceived(data);
    } else if (childFD === 2 && this.#errFlag === "log") {
      log.info("Process {executable} wrote stderr unhandled by {protocol}: {data}", {
        executable: this.#address.executable,
        protocol: this.logPrefix(),
        data: data.toString(),
      });
    }
  }

  childConnectionLost(childFD: number): void {
    if (this.#life !== "connected") return;
    if (childFD === 0) this.#protocol!.writeConnectionLost?.();
    else if (childFD === 1) this.#protocol!.readConnectionLost?.();
  }

  processExited(): void {}

  processEnded(reason: Failure): void {
    if (this.#life === "new") {
      this.failed(reason);
      return;
    }
    this.#life = "lost";
    const well = reason.check(ProcessDone) !== null;
    try {
      this.#protocol!.connectionLost(well ? new Failure(new ConnectionDone()) : reason);
    } finally {
      this.#factory.doStop();
    }
  }

  logPrefix(): string {
    return this.#protocol?.logPrefix?.() ?? "Process";
  }
}
