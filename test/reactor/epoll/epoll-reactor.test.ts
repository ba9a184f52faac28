/** The reactor beside others: in one process, in workers, and when all of them end. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { running, until } from "../../conformance/running.ts";
import { RecordingClientFactory, RecordingFactory } from "../../conformance/stream-fixtures.ts";
import { Program } from "../../support/program.ts";
import "../../support/quiet-logs.ts";
import { HOST, listen, portOf, runs, skip, withPeer } from "./over-core.ts";

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

async function startWorker(task: string): Promise<{ worker: Worker; port: number; ended: Promise<unknown[]> }> {
  const worker = new Worker(new URL("worker-program.js", import.meta.url), { workerData: task });
  // Not `once`, which an error of the worker would make fail.
  const ended = new Promise<unknown[]>((resolve) => worker.on("exit", (code) => resolve([code])));
  const [port] = (await once(worker, "message")) as [number];
  return { worker, port, ended };
}

/** What a server answers to `text`. */
async function ask(port: number, text: string): Promise<string> {
  const socket = connect(port, HOST, () => socket.write(text));
  const [data] = (await once(socket, "data")) as [Buffer];
  socket.destroy();
  return String(data);
}

test("EpollReactor, where the core does not load, is refused with the reason", async () => {
  const elsewhere = `--import "data:text/javascript,Object.defineProperty(process,'platform',{value:'plan9'})"`;
  const program = new Program("test/support/choose-reactor", [], { HAWSER_REACTOR: "epoll", NODE_OPTIONS: elsewhere });
  assert.equal(await program.ended(), 1);
  assert.match(
    program.stderr,
    /Cannot make an epoll reactor: the native core does not load \(it is for Linux, and this is plan9\), use the node reactor/,
  );
});

describe("EpollReactor", { skip }, () => {
  test("two in a process, talk to each other, and each closes only its own", () =>
    runs((server) =>
      runs(async (client) => {
        const { port, factory } = listen(server, (p) => (p.onData = ({ transport }, data) => transport.write(data)));
        const clients = new RecordingClientFactory((p) => (p.onMade = () => p.transport.write("hello")));
        client.connectTCP(HOST, port, clients);
        await until(() => clients.protocols[0]?.text === "hello", "the echo");
        await running(
          () => new EpollReactor(),
          async (third) => {
            third.connectTCP(HOST, port, clients);
            await until(() => clients.protocols[1]?.text === "hello", "the echo for the third");
          },
        );
        assert.deepEqual(
          clients.protocols.map(({ lost }) => lost === undefined),
          [true, false],
        );
        await until(() => factory.protocols[1]?.lost !== undefined, "the end at the server");
        clients.only.transport.write(" again");
        await until(() => clients.only.text === "hello again", "the other connection");
      }),
    ));

  test("after each run, nothing is open any more", async () => {
    const cycle = (): Promise<void> => runs((reactor) => withPeer(reactor, async () => {}));
    await cycle();
    const before = descriptors();
    for (let n = 0; n < 20; n++) await cycle();
    await until(() => descriptors() <= before, "the descriptors to be closed");
  });

  test("crash, leaves ports and connections as they are, also for the next run", async () => {
    const reactor = new EpollReactor();
    const finished = reactor.run({ installSignalHandlers: false });
    const { port, factory } = listen(reactor, (p) => (p.onData = ({ transport }, data) => transport.write(data)));
    const socket = connect(port, HOST);
    await until(() => factory.protocols.length === 1, "the connection");
    reactor.crash();
    await finished;
    await running(
      () => reactor,
      async () => {
        socket.write("still there?");
        assert.equal(String((await once(socket, "data"))[0]), "still there?");
        assert.equal(await ask(port, "and new ones?"), "and new ones?");
      },
    );
    await once(socket, "close");
    assert.equal(factory.only.reason, "ConnectionLost");
  });

  test("timers and promises of Node, go on beside a flood", () =>
    runs(async (reactor) => {
      const { port, factory } = listen(reactor, (p) => (p.onData = ({ transport }, data) => transport.write(data)));
      const flood = new RecordingClientFactory((p) => {
        p.onMade = ({ transport }) => transport.write(Buffer.alloc(64 * 1024));
        p.dataReceived = (data) => p.transport.write(data);
      });
      for (let n = 0; n < 20; n++) reactor.connectTCP(HOST, port, flood);
      await until(() => factory.protocols.length === 20, "the connections");
      let timers = 0;
      const timer = setInterval(() => timers++, 1);
      const start = performance.now();
      await until(() => timers >= 20 || performance.now() - start > 5000, "the timers");
      clearInterval(timer);
      assert.ok(timers >= 20, `${timers} of 20 timers fired`);
      // A quiet connection is served as well.
      const quiet = connect(port, HOST, () => quiet.write("quiet"));
      assert.equal(String((await once(quiet, "data"))[0]), "quiet");
      quiet.destroy();
    }));

  test("a port without an interface, is IPv4's only, and '::' is IPv6's only", () =>
    runs(async (reactor) => {
      const v4 = portOf(reactor.listenTCP(0, new RecordingFactory()));
      const v6 = reactor.listenTCP(v4, new RecordingFactory(), { interface: "::" });
      assert.equal(portOf(v6), v4);
    }));
});

describe("EpollReactor in worker threads", { skip }, () => {
  test("each has its own, and ends with its reactor", async () => {
    const workers = await Promise.all([startWorker("echo"), startWorker("echo"), startWorker("echo")]);
    for (const { port } of workers) assert.equal(await ask(port, "hello"), "hello");
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker, not a window
    for (const { worker } of workers) worker.postMessage("stop");
    for (const { ended } of workers) assert.deepEqual(await ended, [0]);
  });

  test("terminate, while a connection is open, closes it", async () => {
    const { worker, port } = await startWorker("echo");
    const socket = connect(port, HOST, () => socket.write("x"));
    await once(socket, "data");
    const closed = once(
      socket.on("error", () => {}),
      "close",
    );
    await worker.terminate();
    await closed;
  });

  test("terminate, inside a callback, ends it", async () => {
    const { worker, port, ended } = await startWorker("spin");
    const socket = connect(port, HOST, () => socket.write("x"));
    const closed = once(
      socket.on("error", () => {}),
      "close",
    );
    assert.deepEqual(await once(worker, "message"), ["spinning"]);
    await worker.terminate();
    assert.deepEqual(await ended, [1]);
    await closed;
  });

  test("process.exit, inside a callback, ends the worker only", async () => {
    const { port, ended } = await startWorker("exit");
    const socket = connect(port, HOST, () => socket.write("x"));
    const closed = once(
      socket.on("error", () => {}),
      "close",
    );
    assert.deepEqual(await ended, [7]);
    await closed;
  });

  test("an error that nobody catches, is the worker's", async () => {
    const { worker, port, ended } = await startWorker("throw");
    const failed = once(worker, "error");
    const socket = connect(port, HOST, () => socket.write("x"));
    socket.on("error", () => {});
    assert.equal(((await failed) as [Error])[0].message, "not caught");
    await ended;
    socket.destroy();
  });

  test("a core that was opened and is never run, holds nobody", async () => {
    const { ended } = await startWorker("leave");
    assert.deepEqual(await ended, [0]);
  });
});

describe("the end of the process inside a callback", { skip }, () => {
  for (const [how, code, output, complaint] of [
    ["exit", 7, "exit 7\n", /^$/],
    ["throw", 1, "exit 1\n", /RangeError: not caught/],
    ["reject", 1, "exit 1\n", /RangeError: not caught/],
  ] as const) {
    test(`${how}, ends it as it ends any program`, async () => {
      const program = await Program.run("test/reactor/epoll/exit-program", [how]);
      assert.equal(await program.ended(), code);
      assert.equal(program.stdout, output);
      assert.match(program.stderr, complaint);
    });
  }

  test("crash, lets the program end when nothing else holds it", async () => {
    const program = await Program.run("test/reactor/epoll/exit-program", ["crash"]);
    assert.deepEqual([await program.ended(), program.stdout, program.stderr], [0, "from beyond\nexit 0\n", ""]);
  });
});
