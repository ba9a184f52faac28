/** Sockets of a program's own. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { InvalidStateError } from "../../../src/errors.ts";
import { Socket } from "../../../src/reactor/epoll/socket.ts";
import type { HostAndPort } from "../../../src/transport/address.ts";
import { until } from "../../conformance/running.ts";
import { HOST, runs, skip } from "./over-core.ts";
import "../../support/quiet-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

const opened: Socket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.close();
});

/** Closes a socket when its test is over. */
function own(socket: Socket): Socket {
  opened.push(socket);
  return socket;
}

async function ready<T>(call: () => T | "wouldBlock"): Promise<T> {
  let result: T | "wouldBlock" = "wouldBlock";
  await until(() => (result = call()) !== "wouldBlock", "the socket");
  return result as T;
}

function server(family: "inet" | "inet6"): Socket {
  const socket = new Socket(family, "stream");
  socket.setsockopt("reuseAddress", true);
  socket.bind({ host: family === "inet" ? HOST : "::1", port: 0 });
  socket.listen();
  return socket;
}

describe("Socket", { skip }, () => {
  for (const family of ["inet", "inet6"] as const) {
    test(`a stream over ${family}, from connect to the end`, async () => {
      const listener = own(server(family));
      assert.equal(listener.accept(), "wouldBlock");
      const client = own(new Socket(family));
      const { host, port } = listener.getsockname() as HostAndPort;
      assert.equal(client.connect({ host, port }), "inProgress");
      const peer = own(await ready(() => listener.accept()));
      assert.equal(client.takeError(), undefined);
      assert.deepEqual(client.getpeername(), listener.getsockname());
      assert.deepEqual(peer.getpeername(), client.getsockname());
      assert.equal(peer.recv(10), "wouldBlock");
      assert.equal(client.send("hello, "), 7);
      assert.equal(client.send(Buffer.from("world")), 5);
      assert.equal(String(await ready(() => peer.recv(5))), "hello");
      const { data, address } = await ready(() => peer.recvfrom(1000));
      assert.equal(String(data), ", world");
      assert.deepEqual(address, client.getsockname());
      const filler = Buffer.alloc(1 << 20);
      let sent: number | "wouldBlock" = 0;
      for (let n = 0; n < 1000 && sent !== "wouldBlock"; n++) sent = client.send(filler);
      assert.equal(sent, "wouldBlock");
      client.shutdown("sending");
      await until(() => {
        const got = peer.recv(1 << 20);
        return got !== "wouldBlock" && got.length === 0;
      }, "the end");
      assert.throws(() => client.send("more"), { code: "EPIPE" });
    });
  }

  test("connecting to nobody, is told by takeError or by recv, once", async () => {
    const listener = server("inet");
    const { host, port } = listener.getsockname() as HostAndPort;
    listener.close();
    const client = own(new Socket("inet"));
    client.connect({ host, port });
    let error: Error | undefined;
    await until(() => (error = client.takeError()) !== undefined, "the error");
    assert.equal((error as NodeJS.ErrnoException).code, "ECONNREFUSED");
    assert.equal(client.takeError(), undefined);
  });

  test("datagrams, over the internet and UNIX paths", async () => {
    const receiver = own(new Socket("inet", "dgram"));
    receiver.bind({ host: HOST, port: 0 });
    const sender = own(new Socket("inet", "dgram"));
    sender.bind({ host: HOST, port: 0 });
    assert.equal(receiver.recvfrom(100), "wouldBlock");
    assert.equal(sender.sendto("hello", receiver.getsockname() as HostAndPort), 5);
    const { data, address } = await ready(() => receiver.recvfrom(100));
    assert.deepEqual([String(data), address], ["hello", sender.getsockname()]);
    const local = own(new Socket("unix", "dgram"));
    local.bind(join(folder, "datagrams"));
    const nameless = own(new Socket("unix", "dgram"));
    assert.equal(nameless.connect(join(folder, "datagrams")), "connected");
    nameless.send("one");
    const received = await ready(() => local.recvfrom(100));
    assert.deepEqual([String(received.data), String(received.address)], ["one", "UNIXAddress(None)"]);
    let last: number | "wouldBlock" = 0;
    for (let n = 0; n < 1000 && last !== "wouldBlock"; n++) last = nameless.send("x");
    assert.equal(last, "wouldBlock");
  });

  test("a UNIX server that is busy, would block", () => {
    const listener = own(new Socket("unix", "stream"));
    listener.bind(join(folder, "stream"));
    listener.listen(0);
    const clients = Array.from({ length: 3 }, () => new Socket("unix"));
    assert.deepEqual(
      clients.map((client) => client.connect(join(folder, "stream"))),
      ["connected", "wouldBlock", "wouldBlock"],
    );
    for (const client of clients) client.close();
  });

  test("options, are kept", () => {
    const stream = own(new Socket("inet"));
    for (const option of ["reuseAddress", "reusePort", "keepAlive", "noDelay"] as const) {
      assert.equal(stream.getsockopt(option), 0, option);
      stream.setsockopt(option, true);
      assert.equal(stream.getsockopt(option), 1, option);
    }
    assert.equal(stream.getsockopt("linger"), -1);
    stream.setsockopt("linger", 3);
    assert.equal(stream.getsockopt("linger"), 3);
    stream.setsockopt("linger", -1);
    assert.equal(stream.getsockopt("linger"), -1);
    stream.setsockopt("receiveBuffer", 10_000);
    stream.setsockopt("sendBuffer", 10_000);
    assert.deepEqual([stream.getsockopt("receiveBuffer"), stream.getsockopt("sendBuffer")], [20_000, 20_000]);
    const datagrams = own(new Socket("inet", "dgram"));
    datagrams.setsockopt("broadcast", true);
    datagrams.setsockopt("multicastTTL", 7);
    datagrams.setsockopt("multicastLoopback", false);
    assert.deepEqual(
      (["broadcast", "multicastTTL", "multicastLoopback"] as const).map((option) => datagrams.getsockopt(option)),
      [1, 7, 0],
    );
    datagrams.joinGroup("224.0.0.99", HOST);
    datagrams.leaveGroup("224.0.0.99", HOST);
    assert.throws(() => datagrams.leaveGroup("224.0.0.99", HOST), { code: "EADDRNOTAVAIL" });
    assert.throws(() => datagrams.joinGroup("nowhere"), { code: "EINVAL" });
    const v6 = own(new Socket("inet6", "dgram"));
    v6.setsockopt("ipv6Only", 1);
    v6.setsockopt("multicastTTL", 9);
    assert.deepEqual([v6.getsockopt("ipv6Only"), v6.getsockopt("multicastTTL")], [1, 9]);
    assert.throws(() => stream.setsockopt("colour" as never, 1), /Cannot use the option 'colour': expected one of /);
    assert.throws(() => stream.setsockopt("linger", "long" as never), TypeError);
  });

  test("a closed socket, refuses every call", () => {
    const socket = new Socket("inet");
    assert.ok(socket.fileno() > 0 && !socket.closed);
    socket.close();
    socket.close();
    assert.deepEqual([socket.fileno(), socket.closed], [-1, true]);
    const address = { host: HOST, port: 1 };
    const calls: (() => unknown)[] = [
      () => socket.bind(address),
      () => socket.connect(address),
      () => socket.listen(),
      () => socket.accept(),
      () => socket.recv(1),
      () => socket.recvfrom(1),
      () => socket.send("x"),
      () => socket.sendto("x", address),
      () => socket.shutdown("both"),
      () => socket.getsockname(),
      () => socket.getpeername(),
      () => socket.setsockopt("keepAlive", 1),
      () => socket.getsockopt("keepAlive"),
      () => socket.takeError(),
      () => socket.joinGroup("224.0.0.9"),
    ];
    for (const call of calls) assert.throws(call, InvalidStateError);
    assert.throws(() => socket.send("x"), /Cannot send: the socket is closed, expected it to be open/);
  });

  test("bad arguments, are refused", () => {
    assert.throws(() => new Socket("ipx" as never), /Cannot use the family 'ipx': expected one of inet, inet6, unix/);
    assert.throws(() => new Socket("inet", "raw" as never), TypeError);
    const socket = own(new Socket("inet"));
    for (const address of [{ host: "::1", port: 1 }, { host: HOST, port: 65_536 }, { host: HOST }, "path", null]) {
      assert.throws(() => socket.connect(address as never), TypeError);
    }
    assert.throws(() => socket.bind({ host: "localhost", port: 0 }), { code: "EINVAL" });
    assert.throws(() => socket.bind({ host: "192.0.2.1", port: 0 }), { code: "EADDRNOTAVAIL", syscall: "bind" });
    assert.throws(() => socket.getpeername(), { code: "ENOTCONN" });
    assert.throws(() => socket.accept(), { code: "EINVAL" });
    assert.throws(() => socket.recv(1), { code: "ENOTCONN" });
    for (const size of [0, -1, 1.5, 2 ** 31]) assert.throws(() => socket.recv(size), RangeError);
    assert.throws(() => socket.send(3 as never), TypeError);
    assert.throws(() => socket.listen(-1), RangeError);
    assert.throws(() => socket.shutdown("up" as never), TypeError);
    const local = own(new Socket("unix"));
    assert.throws(() => local.bind({ host: HOST, port: 1 }), TypeError);
    assert.throws(() => local.bind(join(folder, "x".repeat(200))), { code: "ENAMETOOLONG" });
  });

  test("addReader, watches one", () =>
    runs(async (reactor) => {
      const listener = own(server("inet"));
      const accepted: Socket[] = [];
      reactor.addReader({
        fileno: () => listener.fileno(),
        doRead: () => {
          const socket = listener.accept();
          if (socket !== "wouldBlock") accepted.push(socket);
        },
        connectionLost: () => {},
      });
      const client = own(new Socket("inet"));
      client.connect(listener.getsockname() as HostAndPort);
      await until(() => accepted.length === 1, "the connection");
      accepted[0]!.close();
      reactor.removeAll();
    }));

  test("one that is forgotten, is closed when it is collected", async () => {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    const listener = own(server("inet"));
    const { host, port } = listener.getsockname() as HostAndPort;
    (() => new Socket("inet").connect({ host, port }))();
    const peer = own(await ready(() => listener.accept()));
    await until(() => {
      gc();
      const got = peer.recv(1);
      return got !== "wouldBlock" && got.length === 0;
    }, "the end");
  });
});
