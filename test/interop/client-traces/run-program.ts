/** Runs a program on Hawser. client_traces.py does the same on Twisted. */
import { ClientService } from "../../../src/application/client-service.ts";
import { Clock } from "../../../src/clock/clock.ts";
import { Deferred } from "../../../src/deferred/deferred.ts";
import { Failure } from "../../../src/deferred/failure.ts";
import type { FactoryOf, StreamClientEndpoint } from "../../../src/endpoint/endpoint.ts";
import { Factory } from "../../../src/protocol/factory.ts";
import { Protocol } from "../../../src/protocol/protocol.ts";
import type { ProtocolLike } from "../../../src/protocol/protocol.ts";
import { StringTransport } from "../../../src/testing/string-transport.ts";
import { IPv4Address } from "../../../src/transport/address.ts";
import type { Program, Step, Trace } from "./program.ts";

const ADDRESS = new IPv4Address("TCP", "127.0.0.1", 1);

export function runProgram(program: Program): Trace {
  return new Run(program).trace;
}

/** An error that has nothing but a name. */
function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

class Run {
  readonly trace: Trace = [];
  readonly #program: Program;
  readonly #clock = new Clock();
  readonly #service: ClientService<Noted>;
  #attempts = 0;
  #pending: { readonly deferred: Deferred<ProtocolLike>; readonly connect: () => void } | undefined = undefined;
  #preparing: Deferred<void> | undefined = undefined;
  #connection: FakeConnection | undefined = undefined;
  #waits = 0;
  readonly #connecteds: Deferred<Noted>[] = [];

  constructor(program: Program) {
    this.#program = program;
    const endpoint: StreamClientEndpoint = { connect: (factory) => this.#connect(factory) };
    const factory = new NotedFactory((text) => this.#note(text));
    this.#service = new ClientService<Noted>(endpoint, factory, {
      clock: this.#clock,
      retryPolicy: (failures) => {
        this.#note(`failures ${failures}`);
        return program.delays[Math.min(failures, program.delays.length) - 1]!;
      },
      ...(program.prepares ? { prepareConnection: (protocol: Noted) => this.#prepare(protocol) } : {}),
    });
    for (const step of program.steps) {
      this.#take(step);
      const calls = this.#clock.getDelayedCalls().map((call) => call.getTime());
      this.#note(`is ${this.#service.running} [${calls.join(", ")}]`);
    }
  }

  #note(text: string): void {
    this.trace.push(text);
  }

  #take(step: Step): void {
    switch (step.op) {
      case "start":
        this.#note("start");
        this.#service.startService();
        return;
      case "stop": {
        const id = this.#waits++;
        this.#note(`stop ${id}`);
        this.#service.stopService().addBoth(() => this.#over(`stopped ${id}`, step.script));
        return;
      }
      case "when": {
        const id = this.#waits++;
        const connected = this.#service.whenConnected(step.failures ?? undefined);
        this.#connecteds.push(connected);
        connected.addBoth((result) =>
          this.#over(`${id} has ${result instanceof Failure ? nameOf(result) : result.name}`, step.script),
        );
        return;
      }
      case "cancel":
        this.#connecteds[step.which % this.#connecteds.length]?.cancel();
        return;
      case "connect":
        this.#pending?.connect();
        return;
      case "fail":
        this.#pending?.deferred.errback(named("Refused"));
        return;
      case "prepared":
        this.#takePreparing()?.callback();
        return;
      case "unprepared":
        this.#takePreparing()?.errback(named("Unprepared"));
        return;
      case "lose":
        this.#connection?.lose();
        return;
      case "closed":
        if (this.#connection?.isClosing === true) this.#connection.lose();
        return;
      case "advance":
        this.#clock.advance(step.seconds);
        return;
      default:
        step satisfies never;
    }
  }

  #over(text: string, script: readonly Step[]): void {
    this.#note(text);
    for (const step of script) this.#take(step);
  }

  #connect<P extends ProtocolLike>(factory: FactoryOf<P>): Deferred<P> {
    const number = this.#attempts++;
    this.#note(`attempt ${number}`);
    const deferred = new Deferred<P>(() => this.#note(`cancelled ${number}`));
    deferred.addBoth((result) => {
      if (this.#pending?.deferred === (deferred as Deferred<ProtocolLike>)) this.#pending = undefined;
      return result;
    });
    const connect = (): void => {
      const protocol = factory.buildProtocol(ADDRESS)!;
      const connection = new FakeConnection(
        protocol,
        this.#program.closesAtOnce,
        (text) => this.#note(text),
        () => {
          this.#connection = undefined;
        },
      );
      this.#connection = connection;
      protocol.makeConnection(connection);
      deferred.callback(protocol);
    };
    this.#pending = { deferred, connect };
    const now = this.#program.attempts[number % this.#program.attempts.length];
    if (now === "connect") connect();
    else if (now === "fail") deferred.errback(named("Refused"));
    return deferred;
  }

  #prepare(protocol: Noted): Deferred<void> {
    this.#note(`prepare ${protocol.name}`);
    const preparing = new Deferred<void>(() => {
      this.#preparing = undefined;
      this.#note("cancelled preparing");
    });
    this.#preparing = preparing;
    return preparing;
  }

  #takePreparing(): Deferred<void> | undefined {
    const preparing = this.#preparing;
    this.#preparing = undefined;
    return preparing;
  }
}

function nameOf(failure: Failure): string {
  return (failure.value as Error).name;
}

class Noted extends Protocol {
  readonly name: string;
  readonly #note: (text: string) => void;

  constructor(name: string, note: (text: string) => void) {
    super();
    this.name = name;
    this.#note = note;
  }

  override connectionMade(): void {
    this.#note(`made ${this.name}`);
  }

  override connectionLost(reason: Failure): void {
    this.#note(`lost ${this.name} ${nameOf(reason)}`);
  }
}

class NotedFactory extends Factory<Noted> {
  readonly #note: (text: string) => void;
  #built = 0;

  constructor(note: (text: string) => void) {
    super();
    this.#note = note;
  }

  override buildProtocol(): Noted {
    return new Noted(`protocol ${this.#built++}`, this.#note);
  }
}

class FakeConnection extends StringTransport {
  readonly #protocol: ProtocolLike;
  readonly #closesAtOnce: boolean;
  readonly #note: (text: string) => void;
  readonly #forget: () => void;
  isClosing = false;
  #isLost = false;

  constructor(protocol: ProtocolLike, closesAtOnce: boolean, note: (text: string) => void, forget: () => void) {
    super();
    this.#protocol = protocol;
    this.#closesAtOnce = closesAtOnce;
    this.#note = note;
    this.#forget = forget;
  }

  override loseConnection(): void {
    this.#note("loseConnection");
    this.isClosing = true;
    if (this.#closesAtOnce) this.lose();
  }

  override abortConnection(): void {
    this.#note("abortConnection");
    this.lose();
  }

  lose(): void {
    if (this.#isLost) return;
    this.#isLost = true;
    this.#forget();
    this.#protocol.connectionLost(new Failure(named("Closed")));
  }
}
