import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { SystemdNotifier } from "../../src/application/systemd-notifier.ts";
import { Deferred } from "../../src/deferred/deferred.ts";
import { Failure } from "../../src/deferred/failure.ts";
import { capturedLogs } from "../../src/logger/captured-logs.ts";
import { ProcessDone, ProcessTerminated } from "../../src/process/errors.ts";
import { DatagramProtocol } from "../../src/protocol/datagram-protocol.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { refuse } from "../../src/reactor/not-supported.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { FakeUNIXDatagramPort } from "../../src/testing/fake-unix-datagram-port.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import type { UNIXAddress } from "../../src/transport/address.ts";
import type { UNIXDatagramTransport } from "../../src/transport/transport.ts";
import { running, until } from "../conformance/running.ts";
import "../support/quiet-logs.ts";

const folder = mkdtempSync(join(tmpdir(), "notify-"));
after(() => rmSync(folder, { recursive: true }));

/** Keeps the ports that it gives. */
class PortKeeper extends MemoryReactorClock {
  readonly ports: FakeUNIXDatagramPort[] = [];

  override connectUNIXDatagram(...args: Parameters<MemoryReactorClock["connectUNIXDatagram"]>): FakeUNIXDatagramPort {
    const port = super.connectUNIXDatagram(...args);
    this.ports.push(port);
    return port;
  }
}

function notifier(watchdogSeconds?: number) {
  const reactor = new PortKeeper();
  const systemd = new SystemdNotifier(reactor, "/run/notify", watchdogSeconds);
  const said = (): string[] =>
    reactor.ports.flatMap(({ written }) => written.map(({ packet }) => Buffer.from(packet).toString()));
  return { reactor, systemd, said };
}

test("SystemdNotifier, says what systemd wants to know", () => {
  const { reactor, systemd, said } = notifier();
  systemd.ready("Serving");
  systemd.ready();
  systemd.status("Busy\nvery busy");
  systemd.watchdog();
  systemd.stopping("Draining");
  systemd.stopping();
  systemd.notify({ EXTEND_TIMEOUT_USEC: 5_000_000 });
  assert.deepEqual(said(), [
    "READY=1\nSTATUS=Serving",
    "READY=1",
    "STATUS=Busy very busy",
    "WATCHDOG=1",
    "STOPPING=1\nSTATUS=Draining",
    "STOPPING=1",
    "EXTEND_TIMEOUT_USEC=5000000",
  ]);
  assert.equal(reactor.unixDatagramClients.length, 1);
});

test("SystemdNotifier, gives signs of life twice as often as they are wanted, until it is closed", () => {
  const { reactor, systemd, said } = notifier(10);
  systemd.startWatchdog();
  systemd.startWatchdog();
  reactor.pump([5, 4, 1]);
  assert.deepEqual(said(), ["WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"]);
  systemd.close();
  systemd.close();
  reactor.advance(50);
  assert.equal(said().length, 3);
  const unwatched = notifier();
  unwatched.systemd.startWatchdog();
  assert.deepEqual(unwatched.said(), []);
});

test("SystemdNotifier.fromEnvironment, takes what is meant for this process, and leaves nothing for children", () => {
  const reactor = new MemoryReactorClock();
  const environment: Record<string, string | undefined> = {
    NOTIFY_SOCKET: "@notify",
    WATCHDOG_USEC: "3000000",
    WATCHDOG_PID: String(process.pid),
    OTHER: "kept",
  };
  const systemd = SystemdNotifier.fromEnvironment(reactor, environment)!;
  assert.deepEqual(environment, { OTHER: "kept" });
  assert.equal(systemd.watchdogSeconds, 3);
  systemd.ready();
  assert.equal(reactor.unixDatagramClients[0]!.address, "\0notify");
  const others = { NOTIFY_SOCKET: "/run/notify", WATCHDOG_USEC: "3000000", WATCHDOG_PID: "1" };
  assert.equal(SystemdNotifier.fromEnvironment(reactor, others)!.watchdogSeconds, undefined);
  for (const wrong of [undefined, "", "relative", "/", "vsock:2:1"])
    assert.equal(SystemdNotifier.fromEnvironment(reactor, { NOTIFY_SOCKET: wrong }), undefined);
});

class WithoutDatagrams extends MemoryReactorClock {
  override connectUNIXDatagram(): never {
    return refuse(this.kind, "connectUNIXDatagram", "another");
  }
}

test("SystemdNotifier, runs systemd-notify where the reactor has no UNIX datagrams, and logs where that fails", () => {
  const reactor = new WithoutDatagrams();
  const systemd = new SystemdNotifier(reactor, "/run/notify");
  const args = (): (readonly string[])[] => reactor.spawnedProcesses.map((request) => request.args);
  systemd.ready("up");
  systemd.stopping();
  systemd.status("last");
  // One at a time, for systemd is to hear them in order.
  assert.deepEqual(args(), [["systemd-notify", "READY=1", "STATUS=up"]]);
  assert.equal(reactor.spawnedProcesses[0]!.options.env!["NOTIFY_SOCKET"], "/run/notify");
  const logs = capturedLogs();
  reactor.spawnedProcesses[0]!.protocol!.processEnded(
    new Failure(new ProcessTerminated({ exitCode: 1, signal: null })),
  );
  logs.stop();
  assert.equal(logs.length, 1);
  reactor.spawnedProcesses[1]!.protocol!.processEnded(new Failure(new ProcessDone()));
  assert.deepEqual(args().slice(1), [
    ["systemd-notify", "STOPPING=1"],
    ["systemd-notify", "STATUS=last"],
  ]);
});

test("SystemdNotifier, logs where the socket is not there, and harms nobody", async () => {
  const makeReactor = loadNativeCore() === null ? () => new NodeReactor() : () => new EpollReactor();
  await running(makeReactor, async (reactor) => {
    const logs = capturedLogs();
    const systemd = new SystemdNotifier(reactor, join(folder, "missing"));
    systemd.ready();
    await until(() => logs.length > 0);
    systemd.close();
    logs.stop();
    assert.ok(logs.length > 0);
  });
});

class Listener extends DatagramProtocol<UNIXDatagramTransport, UNIXAddress> {
  readonly said: string[] = [];
  readonly #enough: Deferred<void> = new Deferred<void>();

  override datagramReceived(data: Buffer): void {
    // The command wants to know when systemd has read what it said.
    if (data.toString() === "BARRIER=1") return;
    this.said.push(data.toString());
    if (this.said.length === 2) this.#enough.callback();
  }

  async twoMessages(): Promise<string[]> {
    await this.#enough;
    return this.said;
  }
}

const kinds: Record<string, { readonly make: () => Reactor; readonly skip: boolean }> = {
  epoll: { make: () => new EpollReactor(), skip: loadNativeCore() === null },
  // Its messages are sent by a command.
  node: {
    make: () => new NodeReactor(),
    skip: loadNativeCore() === null || !existsSync("/usr/bin/systemd-notify"),
  },
};

for (const [kind, { make, skip }] of Object.entries(kinds)) {
  test(`SystemdNotifier on the ${kind} reactor, is heard at the socket`, { skip }, async () => {
    await running(
      () => new EpollReactor(),
      async (systemdsReactor) => {
        const path = join(folder, `${kind}.socket`);
        const listener = new Listener();
        systemdsReactor.listenUNIXDatagram(path, listener);
        await running(make, async (reactor) => {
          const systemd = new SystemdNotifier(reactor, path);
          systemd.ready();
          systemd.status("up");
          const said = await listener.twoMessages();
          assert.deepEqual(said, ["READY=1", "STATUS=up"]);
          systemd.close();
        });
      },
    );
  });
}
