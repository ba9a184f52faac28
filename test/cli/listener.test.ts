import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ExitCode } from "../../src/cli/exit-code.ts";
import { Listener } from "../../src/cli/listener.ts";
import { Clock } from "../../src/clock/clock.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { RaisingMemoryReactor } from "../../src/testing/raising-memory-reactor.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { CannotListenError, ConnectionDone } from "../../src/transport/errors.ts";
import { assertNoResult } from "../deferred/results.ts";
import "../support/quiet-logs.ts";

const factory = Factory.forProtocol(Protocol);
const options = { clock: new Clock(), steps: [], opened: () => {} };

describe("Listener", () => {
  test("opens all ports in its privileged start, and says where when it has started", async () => {
    const reactor = new MemoryReactor();
    const opened: string[] = [];
    const endpoints = [7, 8].map((port) => ({ text: `tcp:${port}`, endpoint: new TCP4ServerEndpoint(reactor, port) }));
    const listener = new Listener(endpoints, factory, {
      ...options,
      opened: (address) => opened.push(String(address)),
    });
    listener.privilegedStartService();
    assert.deepEqual([reactor.tcpServers.length, opened.length], [2, 0]);
    await listener.startService();
    assert.deepEqual([reactor.tcpServers.length, opened.length], [2, 2]);
    await listener.stopService();
  });

  test("opens them in its start where there was no other", async () => {
    const reactor = new MemoryReactor();
    const listener = new Listener([{ text: "tcp:7", endpoint: new TCP4ServerEndpoint(reactor, 7) }], factory, options);
    await listener.startService();
    assert.equal(reactor.tcpServers.length, 1);
  });

  test("waits for connections when it stops, and aborts them when it is told to", async () => {
    const reactor = new MemoryReactor();
    const listener = new Listener([{ text: "tcp:7", endpoint: new TCP4ServerEndpoint(reactor, 7) }], factory, {
      ...options,
      steps: [{ do: "stopListening" }, { do: "finish", seconds: 10 }],
    });
    await listener.startService();
    const transport = new StringTransport();
    const protocol = reactor.tcpServers[0]!.factory.buildProtocol(transport.getPeer())!;
    protocol.makeConnection(transport);
    const stopped = listener.stopService();
    await Promise.resolve();
    assertNoResult(stopped);
    listener.abortService();
    assert.equal(transport.aborting, true);
    protocol.connectionLost(new Failure(new ConnectionDone()));
    await stopped;
  });

  test("names the endpoint that cannot be opened", async () => {
    const cause = new CannotListenError({ interface: "", port: 7 }, { cause: new Error("in use") });
    const reactor = new RaisingMemoryReactor(cause);
    const listener = new Listener([{ text: "tcp:7", endpoint: new TCP4ServerEndpoint(reactor, 7) }], factory, options);
    await assert.rejects(async () => listener.startService(), {
      message: "--listen: tcp:7: Cannot listen on any:7: in use",
      exitCode: ExitCode.cannotListen,
      cause,
    });
    await listener.stopService();
  });
});
