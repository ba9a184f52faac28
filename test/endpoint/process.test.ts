import assert from "node:assert/strict";
import { test } from "node:test";
import type { Failure } from "../../src/deferred/failure.ts";
import { Failure as AnyFailure } from "../../src/deferred/failure.ts";
import { ProcessEndpoint, StandardErrorBehavior } from "../../src/endpoint/process.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { ProcessNotStarted, ProcessTerminated } from "../../src/process/errors.ts";
import type { ProcessTransport } from "../../src/process/process-transport.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { failureResultOf } from "../../src/testing/deferred-results.ts";
import { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { ConnectingCancelledError, ConnectionDone, NoProtocol } from "../../src/transport/errors.ts";
import { running, until } from "../conformance/running.ts";
import "../support/quiet-logs.ts";

const SHELL = "/bin/sh";

class Noting extends Protocol<ProcessTransport> {
  text = "";
  lost: Failure | undefined = undefined;

  override dataReceived(data: Buffer): void {
    this.text += data.toString();
  }

  override connectionLost(reason: Failure): void {
    this.lost = reason;
  }

  async ended(): Promise<Failure> {
    await until(() => this.lost !== undefined, "the end");
    return this.lost!;
  }
}

function quietFactory<P extends Protocol>(Kind: new () => P): Factory<P> {
  const factory = Factory.forProtocol(Kind) as unknown as Factory<P>;
  factory.noisy = false;
  return factory;
}

function runs(body: (reactor: Reactor) => Promise<void>): () => Promise<void> {
  return () => running(() => new NodeReactor(), body);
}

function shellEndpoint(reactor: Reactor, script: string, options = {}): ProcessEndpoint {
  return new ProcessEndpoint(reactor, SHELL, ["sh", "-c", script], { env: null, ...options });
}

test(
  "ProcessEndpoint, connects a protocol to the child's input and output",
  runs(async (reactor) => {
    const factory = quietFactory(Noting);
    const protocol = await shellEndpoint(reactor, "read line; echo got $line").connect(factory);
    assert.equal(factory.numPorts, 1);
    assert.equal(String(protocol.transport.getPeer()), 'ProcessAddress("/bin/sh")');
    protocol.transport.write("this\n");
    const reason = await protocol.ended();
    assert.equal(protocol.text, "got this\n");
    assert.equal((reason.value as Error).constructor, ConnectionDone);
    assert.equal(factory.numPorts, 0);
  }),
);

test(
  "ProcessEndpoint, ends a connection as the process ended",
  runs(async (reactor) => {
    const protocol = await shellEndpoint(reactor, "exit 6").connect(quietFactory(Noting));
    assert.equal((await protocol.ended()).trapValue(ProcessTerminated).exitCode, 6);
  }),
);

test(
  "ProcessEndpoint, logs standard error, or drops it",
  runs(async (reactor) => {
    const wrote = async (options: object): Promise<unknown[]> => {
      const logs = capturedLogs();
      const protocol = await shellEndpoint(reactor, "printf err >&2", options).connect(quietFactory(Noting));
      await protocol.ended();
      assert.equal(protocol.text, "");
      logs.stop();
      return logs
        .filter((event) => "executable" in event)
        .map(({ executable, protocol: who, data }) => [executable, who, data]);
    };
    assert.deepEqual(await wrote({}), [[SHELL, "Noting", "err"]]);
    assert.deepEqual(await wrote({ errFlag: StandardErrorBehavior.LOG }), [[SHELL, "Noting", "err"]]);
    assert.deepEqual(await wrote({ errFlag: StandardErrorBehavior.DROP }), []);
  }),
);

test(
  "ProcessEndpoint, tells a protocol that knows half-closed connections what the child closes",
  runs(async (reactor) => {
    class HalfClosing extends Noting {
      readonly events: string[] = [];
      readConnectionLost(): void {
        this.events.push("read lost");
        this.transport.write("\n");
      }
      writeConnectionLost(): void {
        this.events.push("write lost");
        this.transport.signalProcess("KILL");
      }
    }
    const script = "exec >&-; read line; exec <&-; exec sleep 1000";
    const protocol = await shellEndpoint(reactor, script).connect(quietFactory(HalfClosing));
    assert.equal((await protocol.ended()).trapValue(ProcessTerminated).signal, 9);
    assert.deepEqual(protocol.events, ["read lost", "write lost"]);
  }),
);

test(
  "ProcessEndpoint.connect, fails where the program is missing, and connects nobody",
  runs(async (reactor) => {
    class Unconnected extends Noting {
      override connectionMade(): void {
        assert.fail("there is no process");
      }
    }
    const factory = quietFactory(Unconnected);
    await assert.rejects(
      Promise.resolve(new ProcessEndpoint(reactor, "/no/such/program").connect(factory)),
      ProcessNotStarted,
    );
    assert.equal(factory.numPorts, 0);
  }),
);

test(
  "ProcessEndpoint.connect, fails with what connectionMade throws, and kills the process",
  runs(async (reactor) => {
    class Throwing extends Noting {
      override connectionMade(): void {
        throw new RangeError("broken");
      }
    }
    const factory = quietFactory(Throwing);
    await assert.rejects(Promise.resolve(shellEndpoint(reactor, "exec sleep 1000").connect(factory)), /broken/);
    await until(() => factory.numPorts === 0, "the end of the process");
  }),
);

test("ProcessEndpoint.connect, fails without a protocol or with what spawnProcess throws, before anything is started", () => {
  const reactor = new MemoryReactor();
  const none = quietFactory(Noting);
  none.buildProtocol = () => null;
  failureResultOf(new ProcessEndpoint(reactor, "/bin/true").connect(none), NoProtocol);
  assert.equal(reactor.spawnedProcesses.length, 0);
  const factory = quietFactory(Noting);
  const unable = new NodeReactor();
  failureResultOf(new ProcessEndpoint(unable, "").connect(factory), TypeError);
  assert.deepEqual([none.numPorts, factory.numPorts], [0, 0]);
});

test("ProcessEndpoint.connect, cancelled before it is known that the program is missing", async () => {
  await running(
    () => new NodeReactor(),
    async (reactor) => {
      const factory = quietFactory(Noting);
      const connected = new ProcessEndpoint(reactor, "/no/such/program").connect(factory);
      connected.cancel();
      failureResultOf(connected, ConnectingCancelledError);
      await until(() => factory.numPorts === 0, "the factory to be stopped");
    },
  );
});

test("ProcessEndpoint, hands its options to spawnProcess, and refuses an errFlag that is none", async () => {
  const reactor = new MemoryReactor();
  const options = { path: "/", uid: 1, childFDs: { 0: "w", 1: "r" } } as const;
  const endpoint = new ProcessEndpoint(reactor, "/usr/bin/wc", ["wc", "-l"], { ...options, errFlag: "drop" });
  const protocol = await endpoint.connect(quietFactory(Noting));
  const [request] = reactor.spawnedProcesses;
  assert.deepEqual([request?.executable, request?.args, request?.options], ["/usr/bin/wc", ["wc", "-l"], options]);
  assert.equal(request?.protocol?.logPrefix?.(), "Noting");
  request.protocol?.processExited(new AnyFailure(new Error("unimportant")));
  request.protocol?.childDataReceived(3, Buffer.from("of another descriptor"));
  assert.deepEqual([protocol.text, protocol.lost], ["", undefined]);
  assert.throws(() => new ProcessEndpoint(reactor, "/x", [], { errFlag: "keep" as "log" }), /expected "log" or "drop"/);
});
