/** Ports that several reactors share. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { DatagramProtocol } from "../../../src/protocol/datagram-protocol.ts";
import { NodeReactor } from "../../../src/reactor/node/node-reactor.ts";
import { CannotListenError } from "../../../src/transport/errors.ts";
import { running, until } from "../../conformance/running.ts";
import { RecordingFactory } from "../../conformance/stream-fixtures.ts";
import { HOST, portOf, runs, skip } from "./over-core.ts";

/* oxlint-disable unicorn/require-post-message-target-origin -- this is a worker, not a window */

describe("reusePort", { skip }, () => {
  test("listenTCP, two workers share a port, and each gets connections", async () => {
    const program = new URL("reuse-port-program.js", import.meta.url);
    const accepted = [0, 0];
    const first = new Worker(program, { workerData: 0 });
    const [port] = (await once(first, "message")) as [number];
    const second = new Worker(program, { workerData: port });
    assert.deepEqual(await once(second, "message"), [port]);
    first.on("message", () => accepted[0]!++);
    second.on("message", () => accepted[1]!++);
    for (let round = 0; round < 20 && (accepted[0] === 0 || accepted[1] === 0); round++) {
      const sockets = Array.from({ length: 16 }, () => connect(port, HOST));
      await Promise.all(sockets.map((socket) => once(socket.resume(), "close")));
    }
    assert.ok(accepted[0]! > 0 && accepted[1]! > 0, String(accepted));
    for (const worker of [first, second]) worker.postMessage("stop");
    await Promise.all([once(first, "exit"), once(second, "exit")]);
  });

  test("both have to say so", () =>
    runs(async (reactor) => {
      const options = { interface: HOST, reusePort: true };
      const port = portOf(reactor.listenTCP(0, new RecordingFactory(), options));
      reactor.listenTCP(port, new RecordingFactory(), options);
      assert.throws(() => reactor.listenTCP(port, new RecordingFactory(), { interface: HOST }), CannotListenError);
      const datagrams = portOf(reactor.listenUDP(0, new DatagramProtocol(), options));
      reactor.listenUDP(datagrams, new DatagramProtocol(), options);
      assert.throws(() => reactor.listenUDP(datagrams, new DatagramProtocol(), { interface: HOST }), CannotListenError);
    }));

  test("on the node reactor, is refused", () =>
    running(
      () => new NodeReactor(),
      async (reactor) => {
        const refusal = {
          code: "ERR_NOT_SUPPORTED_BY_REACTOR",
          message: /Cannot listen with reusePort: the node reactor/,
        };
        assert.throws(() => reactor.listenTCP(0, new RecordingFactory(), { reusePort: true }), refusal);
        assert.throws(() => reactor.listenUDP(0, new DatagramProtocol(), { reusePort: true }), refusal);
      },
    ));

  for (const kind of ["epoll", "node"] as const) {
    test(`ipv6Only false, takes IPv4 as well, on the ${kind} reactor`, async () => {
      const body = async (reactor: InstanceType<typeof NodeReactor> | Parameters<Parameters<typeof runs>[0]>[0]) => {
        const factory = new RecordingFactory();
        const port = portOf(await reactor.listenTCP(0, factory, { interface: "::", ipv6Only: false }).whenListening());
        const socket = connect(port, HOST);
        await until(() => factory.protocols.length === 1, "the connection");
        socket.destroy();
      };
      await (kind === "epoll"
        ? runs(body)
        : running(
            () => new NodeReactor(),
            (reactor) => body(reactor as NodeReactor),
          ));
    });
  }
});
