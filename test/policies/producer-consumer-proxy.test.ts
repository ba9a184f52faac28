import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import fc from "fast-check";
import { BasicProducerConsumerProxy, ProducerConsumerProxy } from "../../src/policies/producer-consumer-proxy.ts";
import type { PushProducer } from "../../src/transport/producer.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { peer } from "../support/peers.ts";

class Producer implements PushProducer {
  readonly asked: string[] = [];
  pauseProducing(): void {
    this.asked.push("pause");
  }
  resumeProducing(): void {
    this.asked.push("resume");
  }
  stopProducing(): void {
    this.asked.push("stop");
  }
}

const COMMANDS = ["pause", "resume", "write", "register", "unregister"] as const;

/** What a proxy does when it is told these things: written, and asked of the producer. */
function trace(kind: "basic" | "finite", commands: readonly (typeof COMMANDS)[number][]): string[] {
  const transport = new StringTransport();
  const proxy = kind === "basic" ? new BasicProducerConsumerProxy(transport) : new ProducerConsumerProxy(transport);
  if (proxy instanceof ProducerConsumerProxy) proxy.bufferSize = 7;
  const producer = new Producer();
  let isDone = false;
  return commands.map((command) => {
    if (command === "pause") proxy.pauseProducing();
    if (command === "resume") proxy.resumeProducing();
    if (command === "write" && !isDone) proxy.write("abcd");
    if (command === "register" && proxy.producer === null && transport.producer !== null)
      proxy.registerProducer(producer, true);
    if (command === "unregister" && proxy.producer !== null) proxy.unregisterProducer();
    // Whoever is done writes nothing more.
    if (command === "unregister") isDone = true;
    if (proxy.producer !== null) isDone = false;
    return `${transport.value().length} ${producer.asked.join(",")} ${transport.producer !== null}`;
  });
}

const PYTHON = `
import json, sys
from twisted.internet.testing import StringTransport
from twisted.protocols import pcp

class Text(StringTransport):
    text = ""
    def write(self, data):
        self.text += data

class Producer:
    def __init__(self): self.asked = []
    def pauseProducing(self): self.asked.append("pause")
    def resumeProducing(self): self.asked.append("resume")
    def stopProducing(self): self.asked.append("stop")

class Basic(pcp.BasicProducerConsumerProxy): pass
class Finite(pcp.ProducerConsumerProxy):
    bufferSize = 7

def trace(kind, commands):
    transport = Text()
    proxy = Basic(transport) if kind == "basic" else Finite(transport)
    producer = Producer()
    lines = []
    done = False
    for command in commands:
        if command == "pause": proxy.pauseProducing()
        if command == "resume": proxy.resumeProducing()
        if command == "write" and not done: proxy.write("abcd")
        if command == "register" and proxy.producer is None and transport.producer is not None: proxy.registerProducer(producer, True)
        if command == "unregister" and proxy.producer is not None: proxy.unregisterProducer()
        if command == "unregister": done = True
        if proxy.producer is not None: done = False
        lines.append("%d %s %s" % (len(transport.text), ",".join(producer.asked), str(transport.producer is not None).lower()))
    return lines

print(json.dumps([trace(*each) for each in json.load(sys.stdin)]))
`;

describe("BasicProducerConsumerProxy and ProducerConsumerProxy", () => {
  test("do what Twisted's do", { skip: peer("twisted").skip }, () => {
    const programs = fc.sample(
      fc.tuple(
        fc.constantFrom("basic" as const, "finite" as const),
        fc.array(fc.constantFrom(...COMMANDS), { maxLength: 25 }),
      ),
      1000,
    );
    const { stdout, stderr } = spawnSync(peer("twisted").command, ["-c", PYTHON], {
      input: JSON.stringify(programs),
      encoding: "utf8",
    });
    assert.notEqual(stdout, "", stderr);
    const theirs = JSON.parse(stdout) as string[][];
    for (const [index, [kind, commands]] of programs.entries()) {
      assert.deepEqual(trace(kind, commands), theirs[index], `${kind} ${commands.join(" ")}`);
    }
  });

  test("pull producers are asked, and not paused", () => {
    const transport = new StringTransport();
    const proxy = new ProducerConsumerProxy(transport);
    const producer = new Producer();
    proxy.registerProducer(producer, false);
    assert.deepEqual(producer.asked, ["resume"]);
    proxy.pauseProducing();
    proxy.write(Buffer.alloc(70_000));
    assert.deepEqual(producer.asked, ["resume"]);
    proxy.resumeProducing();
    assert.deepEqual(producer.asked, ["resume", "resume"]);
    const basic = new BasicProducerConsumerProxy(new StringTransport());
    basic.registerProducer(producer, false);
    basic.pauseProducing();
    assert.deepEqual(producer.asked, ["resume", "resume"]);
  });

  test("stopping stops the producer, and what is written then is dropped", () => {
    const transport = new StringTransport();
    const proxy = new BasicProducerConsumerProxy(transport);
    const producer = new Producer();
    proxy.registerProducer(producer, true);
    proxy.stopProducing();
    proxy.write("late");
    assert.deepEqual(producer.asked, ["stop"]);
    assert.equal(transport.value(), "");
    new BasicProducerConsumerProxy(null).stopProducing();
  });

  test("what is kept is not lent", () => {
    const transport = new StringTransport();
    const proxy = new BasicProducerConsumerProxy(transport);
    proxy.pauseProducing();
    const lent = Buffer.from("abc");
    proxy.write(lent);
    lent.fill("x");
    proxy.resumeProducing();
    assert.equal(transport.value(), "abc");
  });
});
