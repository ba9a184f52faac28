import assert from "node:assert/strict";
import { test } from "node:test";
import { AdoptedStreamServerEndpoint } from "../../src/endpoint/adopted.ts";
import { AlreadyListenedError } from "../../src/endpoint/errors.ts";
import { failureResultOf, successResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { CannotListenError } from "../../src/transport/errors.ts";
import { ListenerFactory } from "./attempts.ts";

test("AdoptedStreamServerEndpoint, listen, gives the reactor the descriptor, its family and the factory", () => {
  const reactor = new MemoryReactor();
  const factory = new ListenerFactory();
  successResultOf(new AdoptedStreamServerEndpoint(reactor, 5, "ipv6").listen(factory));
  assert.deepEqual(reactor.adoptedPorts, [{ fd: 5, family: "ipv6", factory }]);
});

test("AdoptedStreamServerEndpoint, listen again, fails with AlreadyListenedError and adopts nothing", () => {
  const reactor = new MemoryReactor();
  const endpoint = new AdoptedStreamServerEndpoint(reactor, 5, "unix");
  successResultOf(endpoint.listen(new ListenerFactory()));
  const failure = failureResultOf(endpoint.listen(new ListenerFactory()), AlreadyListenedError);
  assert.equal(failure.value.code, "ERR_ALREADY_LISTENED");
  assert.match(failure.getErrorMessage(), /descriptor 5/);
  assert.equal(reactor.adoptedPorts.length, 1);
});

test("AdoptedStreamServerEndpoint, a descriptor that cannot be adopted, fails", () => {
  const error = new CannotListenError({ interface: "", port: null }, { cause: new Error("EBADF") });
  const reactor = new MemoryReactor();
  reactor.adoptStreamPort = () => {
    throw error;
  };
  const listening = new AdoptedStreamServerEndpoint(reactor, 99, "ipv4").listen(new ListenerFactory());
  assert.equal(failureResultOf(listening).value, error);
});
