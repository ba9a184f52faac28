/** The states of a port whose opening the test decides. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { StreamPort } from "../../src/reactor/stream-port.ts";
import { UNIXAddress } from "../../src/transport/address.ts";
import { CannotListenError } from "../../src/transport/errors.ts";
import { RecordingFactory } from "../conformance/stream-fixtures.ts";
import "../support/quiet-logs.ts";

const PLACE = { interface: "/nowhere", port: null };

class ManualPort extends StreamPort {
  readonly calls: string[] = [];
  refusal: Error | undefined = undefined;

  protected override open(): void {
    this.calls.push("open");
    if (this.refusal !== undefined) throw this.refusal;
  }

  protected override close(): void {
    this.calls.push("close");
  }

  opened(): void {
    this.isOpen(new UNIXAddress("/nowhere"));
  }

  failed(): void {
    this.couldNotOpen(new CannotListenError(PLACE, { cause: new Error("no way") }));
  }

  gone(): void {
    this.isClosed();
  }
}

function make(): { port: ManualPort; factory: RecordingFactory } {
  const factory = new RecordingFactory();
  return { port: new ManualPort(factory, new NodeReactor()), factory };
}

test("StreamPort.whenListening, fires for all who wait when it is open", async () => {
  const { port, factory } = make();
  await assert.rejects(port.whenListening().toPromise(), /expected startListening first/);
  port.startListening();
  const waiting = [port.whenListening(), port.whenListening()];
  assert.throws(() => port.getHost(), /it is opening, expected it to listen/);
  port.opened();
  port.opened();
  for (const opened of waiting) assert.equal(await opened, port);
  const late = port.whenListening();
  assert.equal(late.called, false);
  assert.equal(await late, port);
  const given = port.whenListening();
  given.cancel();
  await assert.rejects(given.toPromise(), { name: "CancelledError" });
  assert.deepEqual(factory.events, ["start"]);
});

test("StreamPort, that cannot be opened, says so to those who wait, and can be tried again", async () => {
  const { port, factory } = make();
  port.startListening();
  const waiting = port.whenListening();
  port.failed();
  port.failed();
  await assert.rejects(waiting.toPromise(), CannotListenError);
  await assert.rejects(port.whenListening().toPromise(), CannotListenError);
  port.startListening();
  port.opened();
  assert.equal(await port.whenListening(), port);
  assert.deepEqual(factory.events, ["start"]);
});

test("StreamPort, that cannot be opened while nobody waits, logs it", () => {
  const logs = capturedLogs();
  const { port } = make();
  port.startListening();
  port.failed();
  logs.stop();
  assert.equal(logs[0]?.logFailure?.getErrorMessage(), "Cannot listen on /nowhere: no way");
});

test("StreamPort, that refuses at once, throws and is closed", () => {
  const { port } = make();
  port.refusal = new CannotListenError(PLACE);
  assert.throws(() => port.startListening(), CannotListenError);
  port.refusal = undefined;
  port.startListening();
  assert.deepEqual(port.calls, ["open", "open"]);
});

test("StreamPort.stopListening, before it is open, refuses those who wait", async () => {
  const { port, factory } = make();
  port.startListening();
  const waiting = port.whenListening();
  const closed = port.stopListening();
  const again = port.stopListening();
  await assert.rejects(waiting.toPromise(), /closed before it was open/);
  await assert.rejects(port.whenListening().toPromise(), /it is closing/);
  port.opened();
  port.gone();
  await closed;
  await again;
  assert.deepEqual(port.calls, ["open", "close"]);
  assert.deepEqual(factory.events, []);
});

test("StreamPort, logs a factory that throws when it is stopped", () => {
  const logs = capturedLogs();
  const { port, factory } = make();
  factory.stopFactory = () => {
    throw new Error("a broken factory");
  };
  port.startListening();
  port.opened();
  port.closeNow();
  port.gone();
  logs.stop();
  assert.equal(logs.at(-1)?.logFailure?.getErrorMessage(), "a broken factory");
});
