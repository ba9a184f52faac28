import assert from "node:assert/strict";
import { test } from "node:test";
import { Deferred } from "../../src/deferred/deferred.ts";
import { CancelledError } from "../../src/deferred/errors.ts";
import { openPort } from "../../src/endpoint/open-port.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { FakePort } from "../../src/testing/fake-port.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { CannotListenError } from "../../src/transport/errors.ts";
import type { ListeningPort } from "../../src/transport/transport.ts";

/** A port that takes its time. */
class SlowPort extends FakePort {
  readonly opened: Deferred<ListeningPort> = new Deferred<ListeningPort>();

  constructor() {
    super(new IPv4Address("TCP", "127.0.0.1", 80));
  }

  override whenListening(): Deferred<ListeningPort> {
    return this.opened;
  }
}

const REFUSED = new CannotListenError({ interface: "", port: 80 }, { cause: new Error("in use") });

test("openPort, a port that takes its time, fires when it listens", () => {
  const port = new SlowPort();
  const listening = openPort(() => port);
  assertNoResult(listening);
  port.opened.callback(port);
  assert.equal(successResultOf(listening), port);
});

test("openPort, a port that cannot listen, fails, whether it is known at once or later", () => {
  const atOnce = openPort(() => {
    throw REFUSED;
  });
  assert.equal(failureResultOf(atOnce).value, REFUSED);

  const port = new SlowPort();
  const later = openPort(() => port);
  port.opened.errback(REFUSED);
  assert.equal(failureResultOf(later).value, REFUSED);
  assert.equal(port.listening, true, "nobody closed what never listened");
});

test("openPort, cancelled, closes the port and fails", () => {
  const port = new SlowPort();
  const listening = openPort(() => port);
  listening.cancel();
  failureResultOf(listening, CancelledError);
  assert.equal(port.listening, false);
});

test("openPort, cancelled with a port that cannot be closed, fails as cancelled", () => {
  const port = new SlowPort();
  port.stopListening = () => {
    throw new RangeError("stuck");
  };
  const listening = openPort(() => port);
  listening.cancel();
  failureResultOf(listening, CancelledError);
});
