/** Runs programs on Hawser's client of memcached. memcache_traces.py does the same on Twisted's. */
import { Clock } from "../../../src/clock/clock.ts";
import type { Deferred } from "../../../src/deferred/deferred.ts";
import { Failure } from "../../../src/deferred/failure.ts";
import { MemCacheProtocol } from "../../../src/memcache/mem-cache-protocol.ts";
import type { CachedValue, IdentifiedValue } from "../../../src/memcache/wire/retrieval-command.ts";
import { StringTransport } from "../../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../../src/transport/errors.ts";
import type { CallStep, Program, Step } from "./program.ts";

/** What happens when `program` runs, line by line. */
export function runProgram(program: Program): string[] {
  return new Run().run(program);
}

class Run {
  readonly trace: string[] = [];
  readonly #clock: Clock = new Clock();
  readonly #transport: StringTransport = new StringTransport();
  readonly #protocol: MemCacheProtocol = new MemCacheProtocol(this.#clock, { timeOut: 10 });
  readonly #calls: Deferred<unknown>[] = [];
  #isLost = false;

  run({ steps }: Program): string[] {
    this.#protocol.makeConnection(this.#transport);
    for (const step of steps) {
      this.#do(step);
      this.trace.push(`${this.#transport.written().toString("hex")} ${this.#transport.disconnecting}`);
      this.#transport.clear();
    }
    return this.trace;
  }

  #do(step: Step): void {
    switch (step.op) {
      case "call":
        this.#call(step);
        return;
      case "data":
        // Nothing arrives on a connection that is closed.
        if (!this.#isLost && !this.#transport.disconnecting) this.#protocol.dataReceived(bytes(step.bytes));
        return;
      case "advance":
        this.#clock.advance(step.seconds);
        return;
      case "cancel":
        this.#calls[step.call]?.cancel();
        return;
      case "lose":
        if (!this.#isLost) this.#protocol.connectionLost(new Failure(new ConnectionDone()));
        this.#isLost = true;
    }
  }

  #call(step: CallStep): void {
    const number = this.#calls.length;
    const answer = invoke(this.#protocol, step);
    this.#calls.push(answer);
    answer.addBoth((end) => {
      this.trace.push(`${number} ${end instanceof Failure ? errorText(end) : resultText(step, end)}`);
      for (const next of step.leadsTo) this.#call(next);
    });
  }
}

function invoke(protocol: MemCacheProtocol, { name, args }: CallStep): Deferred<unknown> {
  const [key, second, third, fourth, fifth] = args;
  switch (name) {
    case "set":
    case "add":
    case "replace":
      return protocol[name](bytes(key), bytes(second), { flags: third as number, expireTime: fourth as number });
    case "append":
    case "prepend":
      return protocol[name](bytes(key), bytes(second));
    case "checkAndSet": {
      const options = { flags: fourth as number, expireTime: fifth as number };
      return protocol.checkAndSet(bytes(key), bytes(second), third as string, options);
    }
    case "get":
      return second === true ? protocol.get(bytes(key), { withIdentifier: true }) : protocol.get(bytes(key));
    case "getMultiple": {
      // A key that is there twice is there once in the answer: text is the same text, bytes are other bytes.
      const keys = (key as readonly string[]).map((one) => bytes(one).toString());
      return second === true ? protocol.getMultiple(keys, { withIdentifier: true }) : protocol.getMultiple(keys);
    }
    case "increment":
    case "decrement":
      return protocol[name](bytes(key), second as number);
    case "delete":
      return protocol.delete(bytes(key));
    case "stats":
      return protocol.stats(key as string | undefined);
    default:
      return protocol[name]();
  }
}

function resultText({ name }: CallStep, result: unknown): string {
  if (name === "get") return valueText(result as CachedValue);
  if (name === "stats") return [...(result as Map<string, string>)].join(" ");
  if (name !== "getMultiple") return String(result);
  const entries = [...(result as Map<string, CachedValue>)];
  return entries.map(([key, value]) => `${Buffer.from(key).toString("hex")}=${valueText(value)}`).join(" ");
}

function valueText(value: CachedValue | IdentifiedValue): string {
  return [value.flags, ...("cas" in value ? [value.cas] : []), value.value?.toString("hex") ?? "none"].join(",");
}

function errorText({ value }: Failure): string {
  const { name, message } = value as Error;
  if (name === "InvalidStateError") return "not connected";
  const isServers = name === "ServerError" || (name === "ClientError" && !message.startsWith("Cannot "));
  return isServers ? `${name} ${message}` : name;
}

function bytes(text: unknown): Buffer {
  return Buffer.from(text as string, "latin1");
}
