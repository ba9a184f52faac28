/** Random programs over proxies between producers and consumers do on Hawser, step for step, what they do on Twisted. */
import { test } from "node:test";
import fc from "fast-check";
import { BasicProducerConsumerProxy, ProducerConsumerProxy } from "../../src/policies/producer-consumer-proxy.ts";
import type { Consumer, PullProducer, PushProducer } from "../../src/transport/producer.ts";
import { compareTraces } from "../support/compare-traces.ts";
import { peer } from "../support/peers.ts";

const PROGRAMS = Number(process.env["HAWSER_TRACE_PROGRAMS"] ?? 3000);
const OPS = ["pause", "resume", "write", "push", "pull", "unregister", "stop"] as const;
const twisted = peer("twisted");

const anyProgram = fc.record({
  kind: fc.constantFrom("basic" as const, "finite" as const),
  iAmStreaming: fc.boolean(),
  bufferSize: fc.nat({ max: 12 }),
  hasConsumer: fc.integer({ min: 0, max: 9 }).map((tenth) => tenth > 0),
  steps: fc.array(
    fc.tuple(
      fc.oneof(
        { weight: 8, arbitrary: fc.constantFrom("pause" as const, "resume" as const, "write" as const) },
        { weight: 2, arbitrary: fc.constantFrom(...OPS) },
      ),
      fc.nat({ max: 8 }),
    ),
    { maxLength: 40 },
  ),
});
type Program = typeof anyProgram extends fc.Arbitrary<infer P> ? P : never;

test(
  `proxies between producers and consumers, do what Twisted's do, in ${PROGRAMS} random programs`,
  {
    skip: twisted.skip,
  },
  async () => {
    const programs = fc.sample(anyProgram, PROGRAMS);
    await compareTraces({ python: twisted.command, script: "pcp_traces.py", programs, run: runProgram });
  },
);

function runProgram({ kind, iAmStreaming, bufferSize, hasConsumer, steps }: Program): string[] {
  const trace: string[] = [];
  const note = (text: string) => (): void => void trace.push(text);
  const consumer: Consumer = {
    registerProducer: (_producer: PushProducer | PullProducer, streaming: boolean) =>
      note(`consumer has a producer ${streaming}`)(),
    unregisterProducer: note("consumer has none"),
    write: (data) => note(`written ${Buffer.from(data as string).toString()}`)(),
  };
  const Proxy = kind === "basic" ? BasicProducerConsumerProxy : ProducerConsumerProxy;
  const proxy = new Proxy(hasConsumer ? consumer : null, { iAmStreaming });
  if (proxy instanceof ProducerConsumerProxy) proxy.bufferSize = bufferSize;
  let [producers, written, isStopped] = [0, 0, false];
  const write = (number: number): void => {
    written++;
    proxy.write(number > 0 ? `${written % 10}${"x".repeat(number)}` : "");
  };
  const register = (number: number, streaming: boolean): void => {
    const name = ++producers;
    const resumeProducing = (): void => {
      note(`${name} resumes`)();
      for (let left = number % 3; left > 0; left--) write(3);
    };
    proxy.registerProducer(
      { pauseProducing: note(`${name} pauses`), resumeProducing, stopProducing: note(`${name} stops`) },
      streaming,
    );
  };
  const take = (op: (typeof OPS)[number], number: number): void => {
    switch (op) {
      case "pause":
        return proxy.pauseProducing();
      case "resume":
        return proxy.consumer === null ? undefined : proxy.resumeProducing();
      case "write":
        return write(number);
      case "push":
      case "pull":
        return register(number, op === "push");
      case "unregister":
        return proxy.unregisterProducer();
      case "stop":
        isStopped = true;
        return proxy.stopProducing();
      default:
        return op satisfies never;
    }
  };
  for (const [op, number] of steps) {
    if (!isStopped) take(op, number);
    const flags = [proxy.paused, proxy.outstandingPull, proxy.producer !== null, proxy.consumer !== null];
    trace.push(`is ${flags.join(" ")}`);
  }
  return trace;
}
