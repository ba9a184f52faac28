import assert from "node:assert/strict";
import { test } from "node:test";
import { LoggingProtocol } from "../../src/application/logging-protocol.ts";
import { Failure } from "../../src/deferred/failure.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { formatEvent } from "../../src/logger/format-event.ts";
import { Logger } from "../../src/logger/logger.ts";
import { ProcessDone } from "../../src/process/errors.ts";

function logging() {
  const events: LogEvent[] = [];
  const ends: Failure[] = [];
  const log = new Logger({ namespace: "test", observer: (event) => void events.push(event) });
  const protocol = new LoggingProtocol({ name: "worker", log, ended: (reason) => ends.push(reason) });
  const lines = (): string[] => events.map((event) => `${String(event["stream"])} ${formatEvent(event)}`);
  return { events, ends, protocol, lines };
}

test("LoggingProtocol, logs lines of both streams, however they are cut", () => {
  for (const size of [1, 3, 100]) {
    const { protocol, lines } = logging();
    const text = Buffer.from("one\n\ntwo\n");
    for (let at = 0; at < text.length; at += size) protocol.childDataReceived(1, text.subarray(at, at + size));
    protocol.childDataReceived(2, Buffer.from("oh\n"));
    assert.deepEqual(lines(), ["stdout [worker] one", "stdout [worker] ", "stdout [worker] two", "stderr [worker] oh"]);
  }
});

test("LoggingProtocol, logs what is left when the process has ended, and then says so", () => {
  const { ends, protocol, lines } = logging();
  protocol.outReceived(Buffer.from("done\nno end"));
  protocol.errReceived(Buffer.from("whole\n"));
  const reason = new Failure(new ProcessDone());
  protocol.processEnded(reason);
  assert.deepEqual(lines(), ["stdout [worker] done", "stderr [worker] whole", "stdout [worker] no end"]);
  assert.deepEqual(ends, [reason]);
});

test("LoggingProtocol, keeps nothing of the memory that it is given", () => {
  const { protocol, lines } = logging();
  const memory = Buffer.from("abc");
  protocol.outReceived(memory);
  memory.fill("x");
  protocol.outReceived(Buffer.from("\n"));
  assert.deepEqual(lines(), ["stdout [worker] abc"]);
});

test("LoggingProtocol, cuts lines that are too long", () => {
  for (const size of [1000, 40_000]) {
    const { events, protocol } = logging();
    const text = Buffer.from(`${"x".repeat(40_000)}\n${"y".repeat(16_384)}\n`);
    for (let at = 0; at < text.length; at += size) protocol.outReceived(text.subarray(at, at + size));
    assert.deepEqual(
      events.map((event) => (event["line"] as string).length),
      [16_384, 16_384, 7232, 16_384],
    );
  }
});

test("LoggingProtocol, shows bytes that are no text", () => {
  const { events, protocol } = logging();
  protocol.outReceived(Buffer.from("gr\u00fc\u00df\n"));
  protocol.outReceived(Buffer.from([0x61, 0xff, 0x07, 0x0a]));
  assert.deepEqual(
    events.map((event) => event["line"]),
    ["gr\u00fc\u00df", "a\\xff\\x07"],
  );
});
