import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import type { Socket as NodeSocket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { TestContext } from "node:test";
import { Failure } from "../../src/deferred/failure.ts";
import { SocketListener } from "../../src/inetd/socket-listener.ts";
import { ProcessDone } from "../../src/process/errors.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import { Socket } from "../../src/reactor/epoll/socket.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { UNIXAddress } from "../../src/transport/address.ts";
import { CannotListenError } from "../../src/transport/errors.ts";
import { until } from "../conformance/running.ts";
import { failureResultOf, successResultOf } from "../deferred/results.ts";
import { OpenGate, programEntry, surroundings } from "./fixtures.ts";

const noCore = loadNativeCore() === null && `the native core does not load: ${whyNotLoaded()}`;
const HOST = "127.0.0.1";

/** A listener that is open, on a reactor that nobody runs. */
function opened(context: TestContext, line: string) {
  const [around, gate] = [surroundings(), new OpenGate()];
  const entry = programEntry(line);
  const listener = new SocketListener(entry, around, gate);
  const address = successResultOf(listener.open(entry.port ?? 0));
  context.after(() => listener.close());
  return { around, gate, listener, address: address as InternetAddress };
}

/** Connects, and reads when there is something to be accepted; more often than that does no harm. */
async function connected(listener: SocketListener, port: number, isDone: () => boolean): Promise<NodeSocket> {
  const client = connect(port, HOST);
  await until(() => {
    listener.doRead();
    return isDone();
  }, "the connection");
  return client;
}

describe("SocketListener", { skip: noCore }, () => {
  test("with nowait, gives each connection to a program, and keeps nothing of it", async (context) => {
    const { around, gate, listener, address } = opened(context, `${HOST}:0 stream tcp nowait me /bin/cat cat`);
    assert.deepEqual(around.reactor.getReaders(), [listener]);
    const client = await connected(listener, address.port, () => gate.events.length > 0);
    const [{ options, protocol } = assert.fail()] = around.reactor.spawnedProcesses;
    const { 0: fd, ...others } = options.childFDs!;
    assert.deepEqual(others, { 1: fd, 2: fd });
    assert.notEqual(fd, listener.fileno());
    assert.equal(options.env?.["REMOTE_HOST"], HOST);
    // No process has it, so it is closed.
    await new Promise((resolve) => client.once("close", resolve).resume());
    protocol!.processEnded(new Failure(new ProcessDone()));
    assert.deepEqual(gate.events, [`begin ${HOST}`, `end ${HOST}`]);
  });

  test("accepts nothing while the gate is closed, and closes those who have been served enough", async (context) => {
    const { around, gate, listener, address } = opened(context, `${HOST}:0 stream tcp nowait me /bin/cat cat`);
    gate.isOpen = false;
    let turns = 0;
    const client = await connected(listener, address.port, () => turns++ > 20);
    gate.served.add(HOST);
    gate.isOpen = true;
    const closed = new Promise((resolve) => client.once("close", resolve).resume());
    listener.doRead();
    await closed;
    assert.deepEqual([gate.events, around.reactor.spawnedProcesses], [[], []]);
  });

  test("with wait, gives the socket itself to a program", (context) => {
    const { around, gate, listener } = opened(context, `${HOST}:0 dgram udp wait me /bin/cat cat`);
    gate.isOpen = false;
    listener.doRead();
    gate.isOpen = true;
    listener.doRead();
    const [{ options } = assert.fail(), ...more] = around.reactor.spawnedProcesses;
    const fd = listener.fileno();
    assert.deepEqual(options.childFDs, { 0: fd, 1: fd, 2: fd });
    assert.deepEqual([more, gate.events], [[], ["begin "]]);
  });

  test("is not watched while it is held, also when it is opened again", (context) => {
    const { around, listener } = opened(context, `${HOST}:0 stream tcp nowait me /bin/cat cat`);
    listener.hold();
    assert.deepEqual(around.reactor.getReaders(), []);
    successResultOf(listener.close());
    successResultOf(listener.open(0));
    assert.deepEqual(around.reactor.getReaders(), []);
    listener.release();
    assert.deepEqual(around.reactor.getReaders(), [listener]);
    listener.connectionLost();
    assert.deepEqual([around.reactor.getReaders(), listener.fileno()], [[], -1]);
    listener.release();
    assert.deepEqual(around.reactor.getReaders(), []);
  });

  test("that cannot accept, tries again in a second", (context) => {
    const [around, gate] = [surroundings(), new OpenGate()];
    // Nothing can be accepted from a socket for datagrams.
    const entry = { ...programEntry(`${HOST}:0 dgram udp wait me /bin/cat cat`), wait: false };
    const listener = new SocketListener(entry, around, gate);
    context.after(() => listener.close());
    successResultOf(listener.open(0));
    listener.doRead();
    assert.deepEqual(around.logged, ["0/udp cannot accept a connection, and tries again in a second"]);
    listener.release();
    assert.deepEqual(around.reactor.getReaders(), []);
    around.reactor.advance(1);
    assert.deepEqual(around.reactor.getReaders(), [listener]);
    listener.doRead();
    listener.hold();
    around.reactor.advance(1);
    assert.deepEqual(around.reactor.getReaders(), []);
    listener.release();
    listener.doRead();
    successResultOf(listener.close());
    assert.deepEqual(around.reactor.getDelayedCalls(), []);
  });

  test("takes no IPv4 on an address of IPv6", (context) => {
    // The port may be somebody else's on IPv4, but not each time.
    const isFree = Array.from({ length: 20 }, () => {
      const { address } = opened(context, "0 stream tcp6 nowait me /bin/cat cat");
      assert.equal(address.host, "::");
      const other = new Socket("inet", "stream");
      try {
        other.bind({ host: "0.0.0.0", port: address.port });
        return true;
      } catch {
        return false;
      } finally {
        other.close();
      }
    });
    assert.ok(isFree.includes(true));
  });

  test("says where it cannot listen", (context) => {
    const { address } = opened(context, `${HOST}:0 stream tcp nowait me /bin/cat cat`);
    const around = surroundings();
    const entry = programEntry(`${HOST}:${address.port} stream tcp nowait me /bin/cat cat`);
    const second = new SocketListener(entry, around, new OpenGate());
    const error = failureResultOf(second.open(address.port), CannotListenError);
    assert.match(error.message, new RegExp(`^Cannot listen on ${HOST}:${address.port}: .*EADDRINUSE`));
    assert.deepEqual([second.fileno(), around.reactor.getReaders()], [-1, []]);
  });

  test("over a UNIX socket, lets everybody in, and leaves nothing behind", (context) => {
    const folder = mkdtempSync(join(tmpdir(), "inetd-"));
    context.after(() => rmSync(folder, { recursive: true }));
    const path = join(folder, "cat");
    const { listener, address } = opened(context, `${path} stream unix nowait me /bin/cat cat`);
    assert.deepEqual(address, new UNIXAddress(path));
    assert.equal(statSync(path).mode & 0o777, 0o666);
    const second = new SocketListener(
      programEntry(`${path} stream unix nowait me /bin/cat`),
      surroundings(),
      new OpenGate(),
    );
    assert.match(failureResultOf(second.open(0), CannotListenError).message, /is held by another process/);
    assert.ok(existsSync(path));
    successResultOf(listener.close());
    assert.deepEqual([existsSync(path), existsSync(`${path}.lock`)], [false, false]);
    writeFileSync(path, "");
    failureResultOf(listener.open(0), CannotListenError);
    assert.ok(existsSync(path), "it is somebody else's");
  });
});
