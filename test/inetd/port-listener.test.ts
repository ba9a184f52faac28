import assert from "node:assert/strict";
import { test } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { internalListener, pipingListener } from "../../src/inetd/port-listener.ts";
import { ProcessDone } from "../../src/process/errors.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { IPv4Address } from "../../src/transport/address.ts";
import { CannotListenError, ConnectionDone } from "../../src/transport/errors.ts";
import { failureResultOf, successResultOf } from "../deferred/results.ts";
import { OpenGate, internalEntry, programEntry, surroundings } from "./fixtures.ts";
import "../support/quiet-logs.ts";

const PEER = new IPv4Address("TCP", "192.0.2.1", 4000);

function connected(protocol: ProtocolLike | null): StringTransport {
  const transport = new StringTransport();
  protocol!.makeConnection(transport);
  return transport;
}

test("internalListener, serves connections, and tells when they are over", () => {
  const [around, gate] = [surroundings(), new OpenGate()];
  const listener = internalListener(internalEntry("127.0.0.1:8007 stream tcp nowait me internal echo"), around, gate);
  assert.deepEqual(successResultOf(listener.open(8007)), new IPv4Address("TCP", "127.0.0.1", 8007));
  const [server] = around.reactor.tcpServers;
  assert.deepEqual([server!.port, server!.interface], [8007, "127.0.0.1"]);
  server!.factory.doStart();
  const protocol = server!.factory.buildProtocol(PEER)!;
  const transport = connected(protocol);
  protocol.dataReceived(Buffer.from("ping"));
  assert.equal(transport.value(), "ping");
  assert.deepEqual([around.sessions.size, gate.events], [1, ["begin 192.0.2.1"]]);
  around.sessions.forEach((session) => session.transport.loseConnection());
  assert.equal(transport.disconnecting, true);
  protocol.connectionLost(new Failure(new ConnectionDone()));
  assert.deepEqual([around.sessions.size, gate.events], [0, ["begin 192.0.2.1", "end 192.0.2.1"]]);
  successResultOf(listener.close());
  server!.factory.doStop();
});

test("internalListener, closes those who may not be served, and cannot hold anybody back", () => {
  const [around, gate] = [surroundings(), new OpenGate()];
  const listener = internalListener(internalEntry("8007 stream tcp6 nowait me internal echo"), around, gate);
  successResultOf(listener.open(8007));
  const [{ factory, interface: where } = assert.fail()] = around.reactor.tcpServers;
  assert.equal(where, "::");
  listener.hold();
  assert.notEqual(factory.buildProtocol(PEER), null);
  listener.release();
  gate.served.add(PEER.host);
  assert.equal(factory.buildProtocol(PEER), null);
  gate.isOpen = false;
  assert.equal(factory.buildProtocol(new IPv4Address("TCP", "192.0.2.2", 1)), null);
});

test("internalListener, over a UNIX socket, takes a lock", () => {
  const around = surroundings();
  const listener = internalListener(
    internalEntry("/run/echo stream unix nowait me internal echo"),
    around,
    new OpenGate(),
  );
  successResultOf(listener.open(0));
  const [server] = around.reactor.unixServers;
  assert.deepEqual([server!.address, server!.wantPID], ["/run/echo", true]);
});

test("internalListener, of datagrams, answers them", () => {
  const around = surroundings();
  const listener = internalListener(internalEntry("8007 dgram udp wait me internal time"), around, new OpenGate());
  successResultOf(listener.close());
  successResultOf(listener.open(8007));
  const [port] = around.reactor.udpPorts;
  assert.equal(port!.port, 8007);
  port!.protocol.datagramReceived(Buffer.from("?"), new IPv4Address("UDP", "192.0.2.1", 4000));
  assert.equal(port!.transport.written.length, 1);
  listener.hold();
  listener.release();
  successResultOf(listener.close());
});

test("pipingListener, starts a program with pipes for each connection, and tells when that has ended", () => {
  const [around, gate] = [surroundings(), new OpenGate()];
  const listener = pipingListener(programEntry("8023 stream tcp nowait me /bin/cat cat"), around, gate);
  successResultOf(listener.close());
  successResultOf(listener.open(8023));
  const protocol = around.reactor.tcpServers[0]!.factory.buildProtocol(PEER)!;
  const transport = connected(protocol);
  const [child] = around.reactor.spawnedProcesses;
  assert.deepEqual(child!.options.childFDs, { 0: "w", 1: "r", 2: "r" });
  assert.equal(child!.options.env?.["REMOTE_HOST"], PEER.host);
  assert.equal(around.sessions.size, 2);
  child!.protocol!.childDataReceived(1, Buffer.from("hello"));
  assert.equal(transport.value(), "hello");
  protocol.connectionLost(new Failure(new ConnectionDone()));
  assert.deepEqual([around.sessions.size, gate.events], [1, ["begin 192.0.2.1"]]);
  child!.protocol!.processEnded(new Failure(new ProcessDone()));
  assert.deepEqual([around.sessions.size, gate.events], [0, ["begin 192.0.2.1", "end 192.0.2.1"]]);
});

test("internalListener, fails with what the reactor throws", () => {
  class Full extends MemoryReactorClock {
    override listenTCP(): never {
      throw new CannotListenError({ interface: "", port: 7 });
    }
    override listenUDP(): never {
      throw new CannotListenError({ interface: "", port: 7 });
    }
  }
  const around = surroundings({ reactor: new Full() });
  for (const line of ["7 stream tcp nowait me internal echo", "7 dgram udp wait me internal echo"])
    failureResultOf(internalListener(internalEntry(line), around, new OpenGate()).open(7), CannotListenError);
});
