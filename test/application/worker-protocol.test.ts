import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkerProtocol } from "../../src/application/worker-protocol.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { eventAsJSON } from "../../src/logger/event-as-json.ts";
import { eventAsText } from "../../src/logger/format-event.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { LogLevel } from "../../src/logger/log-level.ts";
import { Logger } from "../../src/logger/logger.ts";
import { ProcessDone } from "../../src/process/errors.ts";
import { FakeProcessTransport } from "../../src/testing/fake-process-transport.ts";

test("WorkerProtocol, says what the worker tells, logs what it writes, and tells that it has ended", () => {
  const notes: string[] = [];
  const log = new Logger({
    observer: (event: LogEvent) => void notes.push(`${String(event["tag"])}: ${String(event["line"])}`),
  });
  const protocol = new WorkerProtocol("worker 0", log, {
    told: (news) => notes.push(news.kind),
    ended: () => notes.push("ended"),
  });
  assert.equal(protocol.pid, null);
  protocol.signal("TERM");
  const transport = new FakeProcessTransport("node", 7);
  protocol.makeConnection(transport);
  assert.equal(protocol.pid, 7);
  protocol.childDataReceived(1, Buffer.from("here\n"));
  protocol.childDataReceived(3, Buffer.from('{"kind":"rea'));
  protocol.childDataReceived(3, Buffer.from('dy"}\n{"kind":"said","text":"x"}\n'));
  protocol.childConnectionLost(1);
  protocol.signal("TERM");
  transport.pid = null;
  protocol.signal("KILL");
  const reason = new Failure(new ProcessDone());
  protocol.processExited(reason);
  protocol.processEnded(reason);
  assert.deepEqual(notes, ["worker 0: here", "ready", "said", "ended"]);
  assert.deepEqual(transport.signals, ["TERM"]);
});

test("WorkerProtocol, logs events of the worker as events, and what is none as text", () => {
  const events: LogEvent[] = [];
  const protocol = new WorkerProtocol("worker 0", new Logger({ observer: (event) => void events.push(event) }), {
    told: () => {},
    ended: () => {},
  });
  const event = { logFormat: "Low on {what}", what: "paper", logLevel: LogLevel.warn, logNamespace: "printer" };
  protocol.childDataReceived(2, Buffer.from(`\u001e${eventAsJSON(event)}\n\u001e{"cut\nplain\n`));
  assert.deepEqual(
    events.map((each) => eventAsText(each, { includeTimestamp: false })),
    [
      "[worker 0 printer#warn] Low on paper",
      '[<unknown>#info] [worker 0] \u001e{"cut',
      "[<unknown>#info] [worker 0] plain",
    ],
  );
  assert.equal(events[0]!.logLevel, LogLevel.warn);
  protocol.childDataReceived(3, Buffer.from("no JSON\n"));
  assert.match(eventAsText(events[3]!, { includeTraceback: false }), /Cannot read what worker 0 tells/);
});

test("WorkerProtocol, abandons its worker by closing its standard input", () => {
  const protocol = new WorkerProtocol("worker 0", new Logger(), { told: () => {}, ended: () => {} });
  protocol.abandon();
  const transport = new FakeProcessTransport("node", 7);
  protocol.makeConnection(transport);
  protocol.abandon();
  assert.deepEqual([...transport.closed], [0]);
});
