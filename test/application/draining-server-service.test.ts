import assert from "node:assert/strict";
import { test } from "node:test";
import { DrainingServerService } from "../../src/application/draining-server-service.ts";
import { MultiService } from "../../src/application/multi-service.ts";
import { Clock } from "../../src/clock/clock.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import type { Failure } from "../../src/deferred/failure.ts";
import { TCP4ClientEndpoint, TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { connectProtocol } from "../../src/endpoint/connect-protocol.ts";
import { InvalidStateError } from "../../src/errors.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { IPv4Address } from "../../src/transport/address.ts";
import { ConnectionLost } from "../../src/transport/errors.ts";
import { running } from "../conformance/running.ts";
import { assertNoResult, failureResultOf, successResultOf } from "../deferred/results.ts";
import "../support/quiet-logs.ts";
import { FakeServerEndpoint, FakeServerPort } from "./fake-endpoint.ts";

function server() {
  const clock = new Clock();
  const endpoint = new FakeServerEndpoint();
  const service = new DrainingServerService(endpoint, Factory.forProtocol(Protocol), { clock });
  const port = new FakeServerPort();
  const start = (): void => {
    service.startService();
    endpoint.requests[0]!.callback(port);
  };
  return { clock, endpoint, service, port, start };
}

test("DrainingServerService, listens, and counts its connections", () => {
  const { endpoint, service, port, start } = server();
  start();
  assert.equal(successResultOf(service.waitForListening()), port);
  const transport = endpoint.connection();
  assert.equal(service.connectionCount, 1);
  transport.lost();
  assert.equal(service.connectionCount, 0);
});

test("DrainingServerService, has stopped when its connections have ended, and runs until then", () => {
  const { endpoint, service, port, start } = server();
  start();
  const transport = endpoint.connection();
  const [first, second] = [service.stopService(), service.stopService()];
  port.closings[0]!.callback();
  assertNoResult(first);
  assert.equal(service.running, true);
  assert.throws(() => service.startService(), InvalidStateError);
  transport.lost();
  successResultOf(first);
  successResultOf(second);
  assert.equal(service.running, false);
});

test("DrainingServerService, aborts what lasts too long, or when it is told to", () => {
  for (const seconds of [15, 0]) {
    const { clock, endpoint, service, port, start } = server();
    start();
    const transport = endpoint.connection();
    service.abortService();
    const stopped = service.stopService();
    port.closings[0]!.callback();
    assertNoResult(stopped);
    if (seconds > 0) clock.pump([10, 5]);
    else service.abortService();
    assert.equal(transport.isLost, true);
    successResultOf(stopped);
  }
});

test("DrainingServerService, can be started again", () => {
  const { endpoint, service, port, start } = server();
  start();
  const stopped = service.stopService();
  port.closings[0]!.callback();
  successResultOf(stopped);
  service.startService();
  assert.equal(endpoint.requests.length, 2);
});

test("DrainingServerService, fails to stop where its port cannot be closed", () => {
  const { service, port, start } = server();
  start();
  const [first, second] = [service.stopService(), service.stopService()];
  port.closings[0]!.errback(new RangeError("stuck"));
  failureResultOf(first, RangeError);
  failureResultOf(second, RangeError);
  assert.equal(service.running, false);
});

test("DrainingServerService, disposed of after its privileged start, does not listen any more", async () => {
  const { endpoint, service } = server();
  service.setServiceParent(new MultiService());
  service.privilegedStartService();
  await service[Symbol.asyncDispose]();
  assert.equal(endpoint.cancelled, 1);
});

const reactors: Record<string, () => Reactor> = { node: () => new NodeReactor() };
if (loadNativeCore() !== null) reactors["epoll"] = () => new EpollReactor();

/** Tells how its connection ended. */
class Peer extends Protocol {
  readonly ended = new Deferred<Failure>();

  override connectionLost(reason: Failure): void {
    this.ended.addErrback(() => {});
    this.ended.errback(reason);
  }
}

for (const [kind, makeReactor] of Object.entries(reactors)) {
  test(`DrainingServerService on the ${kind} reactor, refuses new connections, lets old ones finish, and aborts the rest`, async () => {
    await running(makeReactor, async (reactor) => {
      class Farewell extends Protocol {
        override dataReceived(data: Buffer): void {
          this.transport.write(data);
          this.transport.loseConnection();
        }
      }
      const endpoint = new TCP4ServerEndpoint(reactor, 0, { interface: "127.0.0.1" });
      const service = new DrainingServerService(endpoint, Factory.forProtocol(Farewell), {
        clock: reactor,
        steps: [{ do: "stopListening" }, { do: "finish", seconds: 0.2 }, { do: "abort" }],
      });
      service.startService();
      const { port } = (await service.waitForListening()).getHost() as IPv4Address;
      const connect = (): Deferred<Peer> =>
        connectProtocol(new TCP4ClientEndpoint(reactor, "127.0.0.1", port), new Peer());
      const [quick, silent] = [await connect(), await connect()];
      // Both are known to the server when the second is answered.
      const third = await connect();
      third.transport.write("x");
      const lost = await endOf(third);
      assert.equal(lost, undefined);
      assert.equal(service.connectionCount, 2);

      const stopped = service.stopService();
      quick.transport.write("bye");
      assert.equal(await endOf(quick), undefined);
      await assert.rejects(connect().toPromise());
      assert.ok((await endOf(silent)) instanceof ConnectionLost);
      await stopped;
      assert.equal(service.connectionCount, 0);
    });
  });
}

/** Why the connection ended, unless cleanly. */
async function endOf(peer: Peer): Promise<unknown> {
  try {
    await peer.ended;
    return undefined;
  } catch (error) {
    return (error as Error).name === "ConnectionDone" ? undefined : error;
  }
}
