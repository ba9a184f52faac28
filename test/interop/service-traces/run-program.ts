/** Runs programs on Hawser's services, and notes what happens as service_traces.py does. */
import { DuplicateServiceError, ServiceNotFoundError } from "../../../src/application/errors.ts";
import { MultiService } from "../../../src/application/multi-service.ts";
import { Service } from "../../../src/application/service.ts";
import type { Stopping } from "../../../src/application/service.ts";
import { StreamServerEndpointService } from "../../../src/application/stream-server-endpoint-service.ts";
import { TimerService } from "../../../src/application/timer-service.ts";
import { Clock } from "../../../src/clock/clock.ts";
import { Deferred } from "../../../src/deferred/deferred.ts";
import { Failure } from "../../../src/deferred/failure.ts";
import { fail, maybeDeferred, succeed } from "../../../src/deferred/maybe-deferred.ts";
import { Factory } from "../../../src/protocol/factory.ts";
import { IPv4Address } from "../../../src/transport/address.ts";
import type { ListeningPort } from "../../../src/transport/transport.ts";
import { SCRIPT_LIMIT } from "./program.ts";
import type { Program, ServerStep, TimerStep, TreeStep } from "./program.ts";

export function runProgram(program: Program): string[] {
  if (program.kind === "tree") return new Tree(program.steps).trace;
  return program.kind === "timer" ? new Timer(program).trace : new Server(program).trace;
}

type Maker = TreeStep & { op: "make" };

class E extends Error {}

class Leaf extends Service {
  readonly #tree: Tree;
  readonly #number: number;
  readonly #plan: Maker;

  constructor(tree: Tree, number: number, plan: Maker) {
    super();
    this.#tree = tree;
    this.#number = number;
    this.#plan = plan;
  }

  override privilegedStartService(): void {
    super.privilegedStartService();
    this.#tree.trace.push(`privileged ${this.#number}`);
    this.#tree.script(this.#plan.privileging);
  }

  override startService(): void {
    super.startService();
    this.#tree.trace.push(`start ${this.#number}`);
    this.#tree.script(this.#plan.starting);
    if (this.#plan.startThrows) throw new E();
  }

  override stopService(): Stopping {
    void super.stopService();
    this.#tree.trace.push(`stop ${this.#number}`);
    this.#tree.script(this.#plan.stopping);
    switch (this.#plan.stopEnds) {
      case "now":
        return undefined;
      case "later":
        return this.#tree.later();
      case "throws":
        throw new E();
      case "fails":
        return fail(new E());
      default:
        return this.#plan.stopEnds satisfies never;
    }
  }
}

class Tree {
  readonly trace: string[] = [];
  readonly #services: Service[] = [];
  readonly #waiting: Deferred<string>[] = [];
  #scripted = 0;
  #stops = 0;

  constructor(steps: readonly TreeStep[]) {
    for (const step of steps) {
      this.#take(step);
      this.trace.push(this.#services.map((service) => this.#state(service)).join(" "));
    }
  }

  later(): Deferred<string> {
    const deferred = new Deferred<string>();
    this.#waiting.push(deferred);
    return deferred;
  }

  script(steps: readonly TreeStep[]): void {
    for (const step of steps) if (this.#scripted++ < SCRIPT_LIMIT) this.#take(step);
  }

  #take(step: TreeStep): void {
    try {
      this.#do(step);
    } catch (error) {
      this.trace.push(`! ${nameOf(error)}`);
    }
  }

  #do(step: TreeStep): void {
    if (step.op === "make") {
      const service = step.kind === "leaf" ? new Leaf(this, this.#services.length, step) : new MultiService();
      service.setName(step.name ?? undefined);
      this.#services.push(service);
      return;
    }
    if (step.op === "fire") {
      if (this.#waiting.length === 0) return;
      const [deferred] = this.#waiting.splice(step.who % this.#waiting.length, 1);
      if (step.fails) deferred!.errback(new E());
      else deferred!.callback("well");
      return;
    }
    const service = this.#services[step.who % this.#services.length];
    if (service === undefined) return;
    switch (step.op) {
      case "adopt": {
        const parents = this.#services.filter((each) => each instanceof MultiService);
        const parent = parents[step.parent % parents.length];
        if (parent !== undefined && !isAbove(service, parent)) service.setServiceParent(parent);
        return;
      }
      case "disown":
        return this.#follow(() => service.disownServiceParent());
      case "name":
        return service.setName(step.name ?? undefined);
      case "find":
        if (service instanceof MultiService) {
          this.trace.push(`found ${this.#services.indexOf(service.getServiceNamed(step.name) as Service)}`);
        }
        return;
      case "privileged":
        return service.privilegedStartService();
      case "start":
        return service.startService();
      case "stop":
        return this.#follow(() => service.stopService());
      default:
        step satisfies never;
    }
  }

  #follow(stop: () => Stopping): void {
    const number = this.#stops++;
    maybeDeferred(stop).addBoth((result) => void this.trace.push(`over ${number} ${shown(result)}`));
  }

  #state(service: Service): string {
    const parent = this.#services.indexOf(service.parent as unknown as Service);
    const children =
      service instanceof MultiService ? [...service].map((child) => this.#services.indexOf(child as Service)) : [];
    const names =
      service instanceof MultiService
        ? [...service.namedServices].map(([name, child]) => `${name}=${this.#services.indexOf(child as Service)}`)
        : [];
    return `${service.running} ${parent} [${children.join(",")}] [${names.toSorted().join(",")}]`;
  }
}

/** Whether `service` is `below`, or a parent of it. */
function isAbove(service: Service, below: Service): boolean {
  for (
    let each: Service | undefined = below;
    each !== undefined;
    each = each.parent as unknown as Service | undefined
  ) {
    if (each === service) return true;
  }
  return false;
}

function nameOf(error: unknown): string {
  if (error instanceof E) return "E";
  if (error instanceof DuplicateServiceError) return "Duplicate";
  if (error instanceof ServiceNotFoundError) return "NotFound";
  const { message } = error as Error;
  return message.startsWith("Cannot disown") ? "NoParent" : message.startsWith("Cannot name") ? "HasParent" : message;
}

function shown(result: unknown): string {
  if (result instanceof Failure) return nameOf(result.value);
  if (Array.isArray(result))
    return `[${(result as [boolean, unknown][]).map(([ok, value]) => `${ok} ${shown(value)}`).join(", ")}]`;
  return result === undefined ? "nothing" : String(result);
}

class Timer {
  readonly trace: string[] = [];
  readonly #clock: Clock = new Clock();
  readonly #service: TimerService;
  readonly #waiting: Deferred<void>[] = [];
  #calls = 0;
  #callsOfLife = 0;
  #stops = 0;
  #wasStarted = false;

  constructor(program: Program & { kind: "timer" }) {
    this.#service = new TimerService(program.step, () => this.#called(program.calls));
    this.#service.clock = this.#clock;
    for (const step of program.steps) {
      try {
        this.#take(step);
      } catch {
        this.trace.push("! it runs already");
      }
      const calls = this.#clock.getDelayedCalls().map((call) => call.getTime());
      this.trace.push(`is ${this.#service.running} [${calls.join(", ")}]`);
    }
  }

  #take(step: TimerStep): void {
    switch (step.op) {
      case "start":
        this.#callsOfLife = 0;
        this.#wasStarted = true;
        return this.#service.startService();
      case "stop":
        return this.#wasStarted ? this.#stop() : undefined;
      case "advance":
        return this.#clock.advance(step.seconds);
      case "fire": {
        if (this.#waiting.length === 0) return undefined;
        const [deferred] = this.#waiting.splice(step.who % this.#waiting.length, 1);
        return step.fails ? deferred!.errback(new E()) : deferred!.callback();
      }
      default:
        return step satisfies never;
    }
  }

  #stop(): void {
    const number = this.#stops++;
    this.#service.stopService().addBoth((result) => void this.trace.push(`over ${number} ${shown(result)}`));
  }

  #called(calls: (Program & { kind: "timer" })["calls"]): unknown {
    const what = calls[this.#calls++ % calls.length];
    this.trace.push(`called ${this.#clock.seconds()} ${this.#service.running}`);
    this.#callsOfLife++;
    switch (what) {
      case "later": {
        const deferred = new Deferred<void>();
        this.#waiting.push(deferred);
        return deferred;
      }
      case "fired":
        return succeed();
      case "failed":
        return fail(new E());
      case "throws":
        throw new E();
      case "stop":
        // Twisted cannot, in the first call.
        if (this.#callsOfLife > 1) this.#stop();
        return undefined;
      default:
        return undefined;
    }
  }
}

class Server {
  readonly trace: string[] = [];
  readonly #service: StreamServerEndpointService;
  readonly #program: Program & { kind: "server" };
  #opening: Deferred<ListeningPort> | undefined = undefined;
  #closing: Deferred<void> | undefined = undefined;
  #attempts = 0;
  #stops = 0;
  #isStopping = false;

  constructor(program: Program & { kind: "server" }) {
    this.#program = program;
    const endpoint = { listen: () => this.#listen() };
    this.#service = new StreamServerEndpointService(endpoint, new Factory(), {
      raiseSynchronously: program.raisesSynchronously,
    });
    for (const step of program.steps) {
      try {
        this.#take(step);
      } catch (error) {
        this.trace.push(`! ${nameOf(error)}`);
      }
      this.trace.push(`is ${this.#service.running}`);
    }
  }

  #take({ op }: ServerStep): void {
    // Hawser waits for the old port, and Twisted starts no second time.
    if (this.#isStopping && (op === "privileged" || op === "start" || op === "stop")) return undefined;
    switch (op) {
      case "privileged":
        return this.#service.privilegedStartService();
      case "start":
        return this.#service.startService();
      case "stop": {
        const number = this.#stops++;
        this.#isStopping = true;
        this.#service.stopService().addBoth((result) => {
          this.#isStopping = false;
          this.trace.push(`over ${number} ${shown(result)}`);
        });
        return undefined;
      }
      case "listening":
      case "refused": {
        const opening = this.#opening;
        this.#opening = undefined;
        return op === "refused" ? opening?.errback(new E()) : opening?.callback(this.#port());
      }
      case "closed": {
        const closing = this.#closing;
        this.#closing = undefined;
        return closing?.callback();
      }
      default:
        return op satisfies never;
    }
  }

  #listen(): Deferred<ListeningPort> {
    this.trace.push("listen");
    const { listens } = this.#program;
    const what = listens[this.#attempts++ % listens.length];
    if (what === "now") return succeed(this.#port());
    if (what === "refused") return fail(new E());
    this.#opening = new Deferred<ListeningPort>(() => {
      this.#opening = undefined;
      this.trace.push("cancelled");
    });
    return this.#opening;
  }

  #port(): ListeningPort {
    const port: ListeningPort = {
      getHost: () => new IPv4Address("TCP", "127.0.0.1", 1),
      startListening: () => {},
      whenListening: () => succeed(port),
      stopListening: () => {
        this.trace.push("stopListening");
        if (this.#program.closesAtOnce) return succeed();
        this.#closing = new Deferred<void>();
        return this.#closing;
      },
    };
    return port;
  }
}
