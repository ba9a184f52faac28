import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { ProcessProtocol } from "../../src/protocol/process-protocol.ts";
import { FakeProcessTransport } from "../../src/testing/fake-process-transport.ts";

class Noting extends ProcessProtocol {
  readonly events: string[] = [];

  override outReceived(data: Buffer): void {
    this.events.push(`out ${data.toString()}`);
  }

  override errReceived(data: Buffer): void {
    this.events.push(`err ${data.toString()}`);
  }

  override inConnectionLost(): void {
    this.events.push("in lost");
  }

  override outConnectionLost(): void {
    this.events.push("out lost");
  }

  override errConnectionLost(): void {
    this.events.push("err lost");
  }
}

/** Everything that can happen to a process protocol. */
function happen(protocol: ProcessProtocol): void {
  protocol.makeConnection(new FakeProcessTransport("/bin/true", 1));
  for (const fd of [0, 1, 2, 3]) protocol.childDataReceived(fd, Buffer.from(`from ${fd}`));
  for (const fd of [0, 1, 2, 3]) protocol.childConnectionLost(fd);
  protocol.processExited(new Failure(new Error("exited")));
  protocol.processEnded(new Failure(new Error("ended")));
}

test("ProcessProtocol, has a method for each standard descriptor", () => {
  const protocol = new Noting();
  happen(protocol);
  assert.deepEqual(protocol.events, ["out from 1", "err from 2", "in lost", "out lost", "err lost"]);
});

test("ProcessProtocol, lets everything happen, unless it is told what to do", () => {
  const protocol = new ProcessProtocol();
  happen(protocol);
  assert.equal(protocol.connected, true);
});
