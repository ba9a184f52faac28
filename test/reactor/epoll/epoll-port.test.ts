/** Ports of the core where it is narrow; what all ports do is in the conformance suites. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { createInterface } from "node:readline";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { until } from "../../conformance/running.ts";
import { RecordingFactory } from "../../conformance/stream-fixtures.ts";
import { HOST, listen, portOf, runs, skip, withPeer } from "./over-core.ts";

describe("EpollPort", { skip }, () => {
  test("without a descriptor left, refuses connections, goes on, and accepts again when there are some", async () => {
    // The runtime opens the modules of the program side by side: below this it could not begin.
    const LIMIT = 250;
    const program = fileURLToPath(new URL("crowded-program.js", import.meta.url));
    const child = spawn("sh", ["-c", `ulimit -n ${LIMIT}; exec "$0" "$1"`, process.execPath, program], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "close");
    const lines: string[] = [];
    createInterface({ input: child.stdout }).on("line", (line) => lines.push(line));
    const sockets: Socket[] = [];
    try {
      await until(() => lines.length > 0 || child.exitCode !== null, "the port");
      const port = Number(/^port (\d+)$/.exec(lines[0] ?? "the program has ended")?.[1]);
      const closed = new Set<Socket>();
      const open = (): Socket => {
        const socket = connect(port, HOST);
        socket.on("error", () => {}).on("close", () => closed.add(socket));
        sockets.push(socket);
        return socket;
      };
      for (let n = 0; n < LIMIT; n++) open();
      await until(() => closed.size > 0 || child.exitCode !== null, "a refused connection");
      // The connection is closed by the core, the line comes after it, through a pipe.
      await until(() => lines.includes("logged accept EMFILE: Too many open files"), "the log line");
      // Those that were accepted are served meanwhile.
      const served = sockets.find((socket) => !closed.has(socket) && !socket.connecting)!;
      served.write("still here?");
      assert.equal(String((await once(served, "data"))[0]), "still here?");
      for (const socket of sockets) socket.destroy();
      const late = open();
      late.write("and now?");
      assert.equal(String((await once(late, "data"))[0]), "and now?");
    } finally {
      for (const socket of sockets) socket.destroy();
      child.kill("SIGTERM");
      assert.deepEqual(await ended, [0, null]);
    }
  });

  test("a connection that was reset before it is accepted, is dropped or ends as one that is", () =>
    runs(async (reactor) => {
      const { port, factory } = listen(reactor);
      const sockets = Array.from({ length: 20 }, () => connect(port, HOST).on("error", () => {}));
      for (const socket of sockets) socket.on("connect", () => socket.resetAndDestroy());
      await Promise.all(sockets.map((socket) => once(socket, "close")));
      await until(() => factory.protocols.every(({ lost }) => lost !== undefined), "the ends");
      for (const protocol of factory.protocols)
        assert.equal(protocol.transport.getPeer().toString().slice(0, 4), "IPv4");
    }));

  test("on all addresses, tells each connection the one that it came to", () =>
    runs(async (reactor) => {
      const factory = new RecordingFactory();
      const port = portOf(reactor.listenTCP(0, factory));
      const socket = connect(port, "127.0.0.2");
      await until(() => factory.protocols.length === 1, "the connection");
      assert.equal(String(factory.only.transport.getHost()), `IPv4Address(TCP, '127.0.0.2', ${port})`);
      socket.destroy();
    }));

  test("a factory that wants no protocol, has the connection closed", () =>
    runs(async (reactor) => {
      const factory = new RecordingFactory();
      factory.buildProtocol = () => null;
      const socket = connect(portOf(reactor.listenTCP(0, factory, { interface: HOST })), HOST);
      await once(socket.resume(), "close");
    }));

  test("stopListening, leaves its connections alone, and hears nobody any more", () =>
    runs(async (reactor) => {
      await withPeer(reactor, async (protocol, socket) => {
        const port = reactor.listenTCP(0, new RecordingFactory(), { interface: HOST });
        const number = portOf(port);
        await port.stopListening();
        const refused = connect(number, HOST);
        const [error] = (await once(refused, "error")) as [NodeJS.ErrnoException];
        assert.equal(error.code, "ECONNREFUSED");
        socket.write("hello");
        await until(() => protocol.text === "hello", "the data");
      });
    }));
});
