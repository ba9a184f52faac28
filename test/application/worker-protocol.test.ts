import assert from "node:assert/strict";
import { test } from "node:test";
import { WorkerProtocol } from "../../src/application/worker-protocol.ts";
import { Failure } from "../../src/deferred/failure.ts";
import type { LogEvent } from "../../src/logger/log-event.ts";
import { Logger } from "../../src/logger/logger.ts";
import { ProcessDone } from "../../src/process/errors.ts";
import { FakeProcessTransport } from "../../src/testing/fake-process-transport.ts";

test("WorkerProtocol, tells once that the worker is ready, logs what it writes, and tells that it has ended", () => {
  const notes: string[] = [];
  const log = new Logger({
    observer: (event: LogEvent) => void notes.push(`${String(event["tag"])}: ${String(event["line"])}`),
  });
  const protocol = new WorkerProtocol("worker 0", log, {
    ready: () => notes.push("ready"),
    ended: () => notes.push("ended"),
  });
  assert.equal(protocol.pid, null);
  protocol.signal("TERM");
  const transport = new FakeProcessTransport("node", 7);
  protocol.makeConnection(transport);
  assert.equal(protocol.pid, 7);
  protocol.childDataReceived(1, Buffer.from("here\n"));
  protocol.childDataReceived(3, Buffer.from("rea"));
  protocol.childDataReceived(3, Buffer.from("dy\n"));
  protocol.childConnectionLost(1);
  protocol.signal("TERM");
  transport.pid = null;
  protocol.signal("KILL");
  const reason = new Failure(new ProcessDone());
  protocol.processExited(reason);
  protocol.processEnded(reason);
  assert.deepEqual(notes, ["worker 0: here", "ready", "ended"]);
  assert.deepEqual(transport.signals, ["TERM"]);
});
