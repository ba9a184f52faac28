import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ExitCode } from "../../src/cli/exit-code.ts";
import { Listener } from "../../src/cli/listener.ts";
import { TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { RaisingMemoryReactor } from "../../src/testing/raising-memory-reactor.ts";
import { CannotListenError } from "../../src/transport/errors.ts";

const factory = Factory.forProtocol(Protocol);

describe("Listener", () => {
  test("opens all ports in its privileged start, and says where when it has started", async () => {
    const reactor = new MemoryReactor();
    const opened: string[] = [];
    const endpoints = [7, 8].map((port) => ({ text: `tcp:${port}`, endpoint: new TCP4ServerEndpoint(reactor, port) }));
    const listener = new Listener(endpoints, factory, (address) => opened.push(String(address)));
    listener.privilegedStartService();
    assert.deepEqual([reactor.tcpServers.length, opened.length], [2, 0]);
    await listener.startService();
    assert.deepEqual([reactor.tcpServers.length, opened.length], [2, 2]);
    await listener.stopService();
  });

  test("opens them in its start where there was no other", async () => {
    const reactor = new MemoryReactor();
    const listener = new Listener([{ text: "tcp:7", endpoint: new TCP4ServerEndpoint(reactor, 7) }], factory, () => {});
    await listener.startService();
    assert.equal(reactor.tcpServers.length, 1);
  });

  test("names the endpoint that cannot be opened", async () => {
    const cause = new CannotListenError({ interface: "", port: 7 }, { cause: new Error("in use") });
    const reactor = new RaisingMemoryReactor(cause);
    const listener = new Listener([{ text: "tcp:7", endpoint: new TCP4ServerEndpoint(reactor, 7) }], factory, () => {});
    await assert.rejects(async () => listener.startService(), {
      message: "--listen: tcp:7: Cannot listen on any:7: in use",
      exitCode: ExitCode.cannotListen,
      cause,
    });
    await listener.stopService();
  });
});
