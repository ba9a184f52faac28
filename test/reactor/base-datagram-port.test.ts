/** Its life is tested with the ports that have it: udp-port.test.ts, epoll/unix-datagram-port.test.ts, and the conformance suite. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BaseDatagramPort } from "../../src/reactor/base-datagram-port.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { NotListeningError } from "../../src/transport/errors.ts";
import "../support/quiet-logs.ts";

class Port extends BaseDatagramPort<{ doStop(): void }, { close(): void }> {
  readonly seen: string[];

  constructor(seen: string[]) {
    super({ doStop: () => seen.push("stop") }, new NodeReactor(), 10);
    this.seen = seen;
  }

  protected override open(): { close(): void } {
    this.seen.push("open");
    return { close: () => this.seen.push("close") };
  }

  protected override start(): void {
    this.seen.push("start");
  }

  protected override isConnected(): boolean {
    return true;
  }

  protected override where(): string {
    return "somewhere";
  }

  protected override forget(): void {
    this.seen.push("forget");
  }
}

test("BaseDatagramPort, opens, starts, and closes the socket before the protocol is told", async () => {
  const port = new Port([]);
  assert.equal(String(port), "<Object not listening>");
  port.startListening();
  assert.equal(String(port), "<Object on somewhere>");
  const closed = port.stopListening();
  assert.throws(() => port["requireHandle"]("send"), NotListeningError);
  assert.deepEqual(port.seen, ["open", "start"], "it is closed in a later turn");
  await closed;
  assert.deepEqual(port.seen, ["open", "start", "forget", "close", "stop"]);
  port.failed(new Error("too late"));
  await port.stopListening();
});

test("BaseDatagramPort, closed and opened again before its turn came, stays open", async () => {
  const port = new Port([]);
  port.startListening();
  const closed = port.stopListening();
  port.closeNow();
  await closed;
  port.startListening();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(port.seen.at(-1), "start");
  port.closeNow();
});
