/** Runs what `docs/services.md` shows: every snippet of the document stands here, word for word. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Application } from "../../src/application/application.ts";
import { backoffPolicy } from "../../src/application/backoff-policy.ts";
import { ClientService } from "../../src/application/client-service.ts";
import { DrainingServerService } from "../../src/application/draining-server-service.ts";
import { ProcessMonitor } from "../../src/application/process-monitor.ts";
import { runApplication } from "../../src/application/run-application.ts";
import { Service } from "../../src/application/service.ts";
import { TimerService } from "../../src/application/timer-service.ts";
import { WorkerGroup } from "../../src/application/worker-group.ts";
import { Clock } from "../../src/clock/clock.ts";
import { succeed } from "../../src/deferred/maybe-deferred.ts";
import type { Deferred } from "../../src/deferred/deferred.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { LineReceiver } from "../../src/protocol/line-receiver.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import { assertNoResult, successResultOf } from "../deferred/results.ts";
import "../support/quiet-logs.ts";
import { FakeClientEndpoint, FakeServerEndpoint, FakeServerPort } from "./fake-endpoint.ts";

test("docs/services.md, a tree of services", async () => {
  const clock = new Clock();
  const ticks: number[] = [];
  const application = new Application("example");
  const timer = new TimerService(10, () => ticks.push(clock.seconds()));
  timer.clock = clock;
  timer.setName("timer");
  timer.setServiceParent(application);

  application.startService();
  clock.pump([10, 10]);
  await application.stopService();
  assert.deepEqual(ticks, [0, 10, 20]);
  assert.equal(application.getServiceNamed("timer", TimerService), timer);
});

test("docs/services.md, a service of your own", async () => {
  const saved: number[] = [];
  class Cache extends Service {
    #entries: Map<string, string> | undefined;

    override startService(): void {
      super.startService();
      this.#entries = new Map();
    }

    override async stopService(): Promise<void> {
      await this.#save();
      this.#entries = undefined;
      void super.stopService();
    }

    async #save(): Promise<void> {
      saved.push(this.#entries!.size);
    }
  }
  const application = new Application("example");
  new Cache().setServiceParent(application);
  application.startService();
  await application.stopService();
  assert.deepEqual(saved, [0]);
});

test("docs/services.md, clients that stay connected", () => {
  class Asker extends Protocol {
    logIn(): Deferred<undefined> {
      return succeed();
    }
  }
  const reactor = new MemoryReactorClock();
  const endpoint = new FakeClientEndpoint();
  const client = new ClientService(endpoint, Factory.forProtocol(Asker), {
    clock: reactor,
    retryPolicy: backoffPolicy(0.5, 30),
    prepareConnection: (asker) => asker.logIn(),
  });
  client.startService();
  const connected = client.whenConnected(3);
  endpoint.connected();
  assert.ok(successResultOf(connected) instanceof Asker);
});

test("docs/services.md, servers that drain", () => {
  const goodbyes: Greeter[] = [];
  class Greeter extends LineReceiver {
    override lineReceived(): void {}
    sayGoodbye(): void {
      goodbyes.push(this);
    }
  }
  const reactor = new MemoryReactorClock();
  const endpoint = new FakeServerEndpoint();
  const server = new DrainingServerService(endpoint, Factory.forProtocol(Greeter), {
    clock: reactor,
    steps: [
      { do: "stopListening" },
      { do: "tell", with: (greeter) => greeter.sayGoodbye() },
      { do: "finish", seconds: 30 },
      { do: "close", seconds: 5 },
      { do: "abort" },
    ],
  });
  server.startService();
  const port = new FakeServerPort();
  endpoint.requests[0]!.callback(port);
  const transport = endpoint.connection();
  const stopped = server.stopService();
  port.closings[0]!.callback();
  assert.equal(goodbyes.length, 1);
  reactor.pump([30, 4]);
  assertNoResult(stopped);
  reactor.advance(1);
  assert.deepEqual(transport.calls, ["lose", "abort"]);
  successResultOf(stopped);
});

test("docs/services.md, programs", async () => {
  const folder = mkdtempSync(join(tmpdir(), "services-"));
  const [before, umask] = [process.cwd(), process.umask(0o022)];
  const application = new Application("relay");
  const reactor = new NodeReactor();
  try {
    await runApplication(application, reactor, {
      pidFile: "relay.pid",
      logFile: "relay.log",
      logFileOptions: { rotateLength: 10_000_000, maxRotatedFiles: 5 },
      chdir: folder,
      umask: 0o027,
      ready: () => reactor.stop(),
    });
    assert.equal(existsSync(join(folder, "relay.pid")), false);
    assert.equal(existsSync(join(folder, "relay.log")), true);
  } finally {
    process.chdir(before);
    process.umask(umask);
    rmSync(folder, { recursive: true });
  }
});

test("docs/services.md, more cores", () => {
  const reactor = new MemoryReactorClock();
  const application = new Application("example");
  const group = new WorkerGroup(reactor, {
    workers: 4,
    program: "/srv/relay/worker.js",
    listen: ["tcp:8080:interface=127.0.0.1"],
  });
  group.setServiceParent(application);
  assert.equal(group.pids.length, 4);
});

test("docs/services.md, processes", () => {
  const reactor = new MemoryReactorClock();
  const application = new Application("example");
  const monitor = new ProcessMonitor(reactor);
  monitor.addProcess("worker", ["/usr/bin/worker", "--queue", "mail"], { env: { LANG: "C" } });
  monitor.killTime = 10;
  monitor.setServiceParent(application);
  application.startService();
  assert.deepEqual(reactor.spawnedProcesses[0]!.args, ["/usr/bin/worker", "--queue", "mail"]);
});

test("docs/services.md, shows only what is run here, and names only what there is", () => {
  const root = rootOf(dirname(fileURLToPath(import.meta.url)));
  const document = readFileSync(join(root, "docs/services.md"), "utf8");
  const source = withoutIndentation(readFileSync(join(root, "test/application/document.test.ts"), "utf8"));
  const snippets = [...document.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => withoutIndentation(code));
  assert.equal(snippets.length, 7);
  for (const snippet of snippets) assert.ok(source.includes(snippet), `not run: ${snippet}`);

  const index = readFileSync(join(root, "src/application/index.ts"), "utf8");
  const table = document.slice(document.indexOf("| --- |"), document.indexOf("## A tree"));
  const names = [...table.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = ""]) => cell.match(/(?<=`)\w+/g) ?? []);
  assert.ok(names.length > 8);
  for (const name of names) if (/^[A-Zs]/.test(name)) assert.match(index, new RegExp(`\\b${name}\\b`));
});

function withoutIndentation(code: string): string {
  return code.replace(/^ +/gm, "");
}

/** The folder of the package, wherever this has been compiled to. */
function rootOf(folder: string): string {
  return existsSync(join(folder, "docs/services.md")) ? folder : rootOf(dirname(folder));
}
