/** An inetd as a whole, over both reactors, with programs of the system. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { InvalidStateError } from "../../src/errors.ts";
import { InetdService } from "../../src/inetd/inetd-service.ts";
import type { InetdServiceOptions } from "../../src/inetd/inetd-service.ts";
import type { Accounts } from "../../src/inetd/wire/accounts.ts";
import { titleOf } from "../../src/inetd/wire/inetd-entry.ts";
import { parseInetdConf } from "../../src/inetd/wire/parse-inetd-conf.ts";
import type { InetdConf } from "../../src/inetd/wire/parse-inetd-conf.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { MemoryReactorClock } from "../../src/testing/memory-reactor-clock.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { running, until } from "../conformance/running.ts";
import { assertNoResult, successResultOf } from "../deferred/results.ts";
import { peer } from "../support/peers.ts";
import { ACCOUNTS, loggerTo } from "./fixtures.ts";
import "../support/quiet-logs.ts";

const noCore = loadNativeCore() === null && `the native core does not load: ${whyNotLoaded()}`;
const HOST = "127.0.0.1";
const MEGABYTE = 2 ** 20;
const noRoot = process.getuid!() !== 0 && "only root can become somebody else";

function confOf(...lines: string[]): InetdConf {
  return parseInetdConf(lines.join("\n"));
}

/** An inetd on a reactor that is nothing but time. */
function remembered(conf: InetdConf, options: InetdServiceOptions = {}) {
  const [reactor, logged]: [MemoryReactorClock, string[]] = [new MemoryReactorClock(), []];
  const service = new InetdService(reactor, conf, { accounts: ACCOUNTS, log: loggerTo(logged), ...options });
  return { reactor, service, logged };
}

const ECHO = "8007 stream tcp nowait me internal echo";
const TIME = "8037 stream tcp nowait me internal time";

test("InetdService, serves the lines that are right, and tells of the others", () => {
  const { reactor, service, logged } = remembered(
    confOf(ECHO, "8008 strem tcp nowait me internal echo", "8009 stream tcp nowait nobdy internal echo"),
  );
  service.privilegedStartService();
  assert.equal(service.running, false);
  service.startService();
  successResultOf(service.waitForListening());
  assert.deepEqual(
    reactor.tcpServers.map(({ port }) => port),
    [8007],
  );
  assert.deepEqual(
    service.listening.map(({ entry, address }) => [titleOf(entry), (address as InternetAddress).port]),
    [["8007/tcp", 8007]],
  );
  const messages = service.problems.map(({ message }) => message);
  assert.deepEqual(messages, logged);
  assert.match(messages[0]!, /^Cannot use inetd.conf:2: the socket type is "strem"/);
  assert.match(messages[1]!, /^Cannot use inetd.conf:3: there is no user "nobdy"/);
});

test("InetdService, whose privileges are gone when it is started, closes what it could not serve", () => {
  const users = new Map(ACCOUNTS.users);
  const { service } = remembered(confOf(ECHO, TIME.replace("me", "guest")), {
    accounts: { ...ACCOUNTS, users } satisfies Accounts,
  });
  users.set("guest", users.get("me")!);
  service.privilegedStartService();
  assert.equal(service.listening.length, 2);
  users.delete("guest");
  service.startService();
  assert.deepEqual(
    service.listening.map(({ entry }) => entry.name),
    ["8007"],
  );
  assert.match(service.problems[0]!.message, /^Cannot use inetd.conf:2: there is no user "guest"/);
});

test("InetdService, that is reloaded, leaves alone what has not changed", () => {
  const { reactor, service } = remembered(confOf(ECHO, TIME));
  successResultOf(service.reconfigure(confOf(ECHO, TIME, "wrong")));
  assert.deepEqual(reactor.tcpServers, []);
  service.startService();
  assert.equal(service.problems.length, 1);
  successResultOf(
    service.reconfigure(
      confOf("# It is somewhere else now.", ECHO, TIME.replace("nowait", "nowait.5"), TIME.replace("8037", "8038")),
    ),
  );
  assert.deepEqual(
    reactor.tcpServers.map(({ port }) => port),
    [8007, 8037, 8037, 8038],
  );
  assert.deepEqual(service.problems, []);
  successResultOf(service.reconfigure(confOf(ECHO)));
  assert.deepEqual(
    service.listening.map(({ entry }) => entry.name),
    ["8007"],
  );
  assert.equal(reactor.tcpServers.length, 4);
});

test("InetdService, stops, and can be started again when it has stopped", () => {
  const { reactor, service } = remembered(confOf(ECHO), { finishTime: 3, killTime: 2 });
  successResultOf(service.stopService());
  service.startService();
  assert.equal(service.running, true);
  const { factory } = reactor.tcpServers[0]!;
  const protocol = factory.buildProtocol({ host: HOST } as InternetAddress)!;
  let aborted = 0;
  protocol.makeConnection({ loseConnection() {}, abortConnection: () => aborted++ } as never);
  const [stopped, again] = [service.stopService(), service.stopService()];
  assert.throws(() => service.startService(), InvalidStateError);
  assert.deepEqual([service.listening, service.sessionCount], [[], 1]);
  reactor.advance(3);
  reactor.advance(1);
  assert.equal(aborted, 0);
  reactor.advance(1);
  assert.equal(aborted, 1);
  assertNoResult(stopped);
  reactor.advance(1);
  successResultOf(stopped);
  successResultOf(again);
  assert.equal(service.running, false);
  service.startService();
  assert.equal(reactor.tcpServers.length, 2);
});

test("InetdService, refuses limits that are none", () => {
  for (const name of ["maxPerMinute", "maxChildren", "maxPerPeer", "closedFor", "finishTime", "killTime"])
    assert.throws(() => remembered(confOf(), { [name]: -1 }), {
      name: "RangeError",
      message: new RegExp(`^Cannot run inetd with ${name} -1: expected a number, [01] or more$`),
    });
});

/** The words of a line for a script of the shell. */
function shell(commands: string): string {
  return `/bin/sh sh -c "${commands.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** The words of a line for a script of the runtime. */
function script(code: string): string {
  return `${process.execPath} node -e "${code.replaceAll(/["\\]/g, "\\$&")}"`;
}

/** Everything that comes until the other end is closed. */
async function all(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => void chunks.push(chunk));
  // Unlike `once`, this lets those have errors who say so.
  await new Promise((resolve) => socket.on("close", resolve));
  return Buffer.concat(chunks).toString();
}

for (const [kind, makeReactor, skip] of [
  ["node", () => new NodeReactor(), false],
  ["epoll", () => new EpollReactor(), noCore],
] as const) {
  /** Runs `body` with an inetd that serves `lines`, each on a free port. */
  async function serving(
    lines: readonly string[],
    options: InetdServiceOptions,
    body: (tools: { service: InetdService; ports: readonly number[]; logged: string[] }) => Promise<void>,
  ): Promise<void> {
    await running<void>(makeReactor, async (reactor) => {
      const logged: string[] = [];
      const conf = confOf(...lines.map((line) => (line.startsWith("/") ? line : `${HOST}:0 ${line}`)));
      const service = new InetdService(reactor, conf, {
        accounts: ACCOUNTS,
        log: loggerTo(logged),
        finishTime: 0.01,
        killTime: 0.01,
        ...options,
      });
      service.startService();
      try {
        await service.waitForListening();
        const ports = service.listening.map(({ address }) => (address as InternetAddress).port);
        await body({ service, ports, logged });
      } finally {
        await service.stopService();
      }
      assert.equal(service.sessionCount, 0);
    });
  }

  describe(`InetdService on the ${kind} reactor`, { skip }, () => {
    test("serves internal services over TCP, UDP and UNIX sockets", async () => {
      const folder = mkdtempSync(join(tmpdir(), "inetd-"));
      const path = join(folder, "daytime");
      const lines = [
        "stream tcp nowait me internal echo",
        "dgram udp wait me internal echo",
        `${path} stream unix nowait me internal daytime`,
      ];
      await serving(lines, {}, async ({ ports, service }) => {
        assert.deepEqual(service.problems, []);
        const stream = connect(ports[0]!, HOST);
        stream.end("over TCP");
        assert.equal(await all(stream), "over TCP");
        const datagrams = createSocket("udp4");
        datagrams.send("over UDP", ports[1], HOST);
        const [answer] = (await once(datagrams, "message")) as [Buffer];
        datagrams.close();
        assert.equal(answer.toString(), "over UDP");
        assert.match(await all(connect(path)), /\d{4}\r\n$/);
      });
      rmSync(folder, { recursive: true });
    });

    test("gives a program the connection as its input, its output and its error output", async () => {
      const line = `stream tcp nowait me ${shell('read line; echo "got $line from $REMOTE_HOST"; echo complaint >&2')}`;
      await serving([line], {}, async ({ ports, logged }) => {
        const client = connect(ports[0]!, HOST);
        client.write("hello\n");
        assert.equal(await all(client), `got hello from ${HOST}\ncomplaint\n`);
        await until(() => logged.length === 2, "the end of the program");
        assert.match(logged[0]!, /^0\/tcp: process \d+ serves 127\.0\.0\.1$/);
        assert.match(logged[1]!, /^0\/tcp: process \d+ has ended$/);
      });
    });

    test("hands over the descriptor where the reactor has one, and pipes elsewhere", async () => {
      const line = `stream tcp nowait me ${shell("for fd in 0 1 2; do readlink /proc/self/fd/$fd; done")}`;
      await serving([line], {}, async ({ ports }) => {
        const descriptors = new Set((await all(connect(ports[0]!, HOST))).split("\n").filter((text) => text !== ""));
        assert.equal(descriptors.size, kind === "epoll" ? 1 : 3);
      });
    });

    test("carries much both ways, to the end, past one who reads late", async () => {
      await serving(["stream tcp nowait me /bin/cat cat"], {}, async ({ ports }) => {
        const client = connect(ports[0]!, HOST).pause();
        const sent = Buffer.alloc(8 * MEGABYTE, "0123456789");
        client.end(sent);
        await once(client, "connect");
        let length = 0;
        client.on("data", (chunk: Buffer) => {
          assert.ok(chunk.equals(sent.subarray(length, length + chunk.length)));
          length += chunk.length;
        });
        client.resume();
        await once(client, "close");
        assert.equal(length, sent.length);
      });
    });

    test("one that goes away takes its program with it", async () => {
      const line = `stream tcp nowait me ${shell("echo ready; exec /bin/cat")}`;
      await serving([line], {}, async ({ ports, service, logged }) => {
        const client = connect(ports[0]!, HOST);
        await once(client, "data");
        client.resetAndDestroy();
        await until(() => service.sessionCount === 0, "the end of the program");
        assert.match(logged.at(-1)!, /has ended/);
      });
    });

    test("gives the program the socket itself, where it waits: a stream", async () => {
      const code =
        'require("net").createServer((c) => c.end("served by " + process.pid, () => process.exit())).listen({ fd: 0 })';
      await serving([`stream tcp wait me ${script(code)}`], {}, async ({ ports, service }) => {
        if (kind === "node") {
          const [problem] = service.problems;
          assert.match(
            problem!.message,
            /^Cannot use inetd.conf:1: the node reactor cannot hand over a socket, expected nowait/,
          );
          return;
        }
        const [first, second] = [await all(connect(ports[0]!, HOST)), await all(connect(ports[0]!, HOST))];
        assert.match(first, /^served by \d+$/);
        assert.match(second, /^served by \d+$/);
        assert.notEqual(first, second);
      });
    });

    test("gives the program the socket itself, where it waits: datagrams", async () => {
      // Its descriptors are all the same, and Node takes 0 for none.
      const code =
        'const s = require("dgram").createSocket("udp4"); s.on("message", (m, from) => s.send(process.pid + " got " + m, from.port, from.address, () => process.exit())); s.bind({ fd: 1 });';
      await serving([`dgram udp wait me ${script(code)}`], {}, async ({ ports, service, logged }) => {
        if (kind === "node") return assert.equal(service.problems.length, 1);
        const client = createSocket("udp4");
        const pids = new Set<string>();
        for (const word of ["one", "two"]) {
          client.send(word, ports[0], HOST);
          const [answer] = (await once(client, "message")) as [Buffer];
          const [, pid, got] = /^(\d+) got (\w+)$/.exec(answer.toString())!;
          assert.equal(got, word);
          pids.add(pid!);
          // Until then, the next one would be received by the same program, which may not come to answer it.
          await until(() => logged.some((text) => text.includes(`${pid} has ended`)), "the end of the program");
        }
        client.close();
        assert.equal(pids.size, 2);
      });
    });

    test("one that is full lets others wait where the system can keep them, and closes them elsewhere", async () => {
      const line = `stream tcp nowait me ${shell("echo ready; read line; echo bye")}`;
      await serving([line], { maxChildren: 1 }, async ({ ports }) => {
        const first = connect(ports[0]!, HOST);
        await once(first, "data");
        const second = connect(ports[0]!, HOST);
        second.on("error", () => {});
        if (kind === "node") {
          assert.equal(await all(second), "");
          first.destroy();
          return;
        }
        second.write("line\n");
        const [one, two] = [all(first), all(second)];
        first.write("line\n");
        assert.deepEqual([await one, await two], ["bye\n", "ready\nbye\n"]);
      });
    });

    test("one that is started too often is closed for a while, and comes back", async () => {
      const line = `stream tcp nowait.2 me ${shell("echo served")}`;
      await serving([line], { closedFor: 0.05 }, async ({ ports, logged }) => {
        for (const _ of [1, 2]) assert.equal(await all(connect(ports[0]!, HOST)), "served\n");
        const refused = connect(ports[0]!, HOST);
        refused.on("error", () => {});
        assert.equal(await all(refused), "");
        assert.ok(logged.some((text) => / was started 2 times within a minute/.test(text)));
        await until(() => logged.some((text) => text.endsWith(" is open again")), "the port");
      });
    });

    test("stopping closes the port, and lets programs finish", async () => {
      const line = `stream tcp nowait me ${shell("echo ready; read line; echo finished")}`;
      await serving([line], { finishTime: Infinity }, async ({ ports, service, logged }) => {
        const client = connect(ports[0]!, HOST);
        await once(client, "data");
        const said = all(client);
        const stopped = service.stopService();
        const late = connect(ports[0]!, HOST);
        const [error] = (await once(late, "error")) as [NodeJS.ErrnoException];
        assert.equal(error.code, "ECONNREFUSED");
        client.write("line\n");
        assert.equal(await said, "finished\n");
        await stopped;
        assert.match(logged.at(-1)!, /has ended$/);
      });
    });

    test("stopping tells programs that do not finish to end, and kills those that do not end either", async () => {
      const scripts = ["echo ready; exec /bin/cat", "trap '' TERM; echo ready; exec /bin/sleep 60"];
      const lines = scripts.map((text) => `stream tcp nowait me ${shell(text)}`);
      await serving(lines, { killTime: 0.2 }, async ({ ports, service, logged }) => {
        const clients = ports.map((port) => connect(port, HOST));
        for (const client of clients) client.on("error", () => {});
        await Promise.all(clients.map((client) => once(client, "data")));
        await service.stopService();
        const told = logged.filter((text) => text.includes("has ended"));
        assert.deepEqual(
          told.map((text) => /has ended: .*?(\d+)$/.exec(text)?.[1]),
          ["15", "9"],
        );
        for (const client of clients) client.destroy();
      });
    });

    test("that is aborted while it stops, kills at once", async () => {
      const line = `stream tcp nowait me ${shell("trap '' TERM; echo ready; exec /bin/sleep 60")}`;
      await serving([line], { finishTime: Infinity }, async ({ ports, service }) => {
        const client = connect(ports[0]!, HOST);
        client.on("error", () => {});
        await once(client, "data");
        const stopped = service.stopService();
        service.abortService();
        await stopped;
        client.destroy();
      });
    });

    test("that is reloaded, keeps the connections of what it closes", async () => {
      await serving(["stream tcp nowait me /bin/cat cat"], {}, async ({ ports, service }) => {
        const client = connect(ports[0]!, HOST);
        client.write("before ");
        await once(client, "data");
        await service.reconfigure(confOf(`${HOST}:${ports[0]} stream tcp nowait me /bin/echo echo other`));
        assert.deepEqual(service.problems, []);
        assert.equal(await all(connect(ports[0]!, HOST)), "other\n");
        client.end("after");
        assert.equal(await all(client), "after");
      });
    });

    test("runs a program as the user that the line says", { skip: noRoot }, async () => {
      const lines = [
        `stream tcp nowait other ${shell("/usr/bin/id -u; /usr/bin/id -g")}`,
        `stream tcp nowait other:others ${shell("/usr/bin/id -g")}`,
      ];
      await serving(lines, {}, async ({ ports }) => {
        assert.equal(await all(connect(ports[0]!, HOST)), "12345\n23456\n");
        assert.equal(await all(connect(ports[1]!, HOST)), "34567\n");
      });
    });

    for (const [client, args] of [
      ["curl", (port: number) => ["-s", "--max-time", "10", `http://${HOST}:${port}/`]],
      ["netcat", (port: number) => ["-w", "10", HOST, String(port)]],
    ] as const) {
      const { command, skip: missing } = peer(client);
      test(`serves ${client}`, { skip: missing }, async () => {
        const line = `stream tcp nowait me ${shell("printf 'HTTP/1.0 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello'; read line; cat >/dev/null")}`;
        await serving([line], {}, async ({ ports }) => {
          const program = spawn(command, args(ports[0]!), { stdio: ["pipe", "pipe", "inherit"] });
          program.stdin.end("GET / HTTP/1.0\r\n\r\n");
          let said = "";
          program.stdout.on("data", (chunk: Buffer) => {
            said += chunk.toString();
            if (client === "netcat" && said.endsWith("hello")) program.kill();
          });
          await once(program, "close");
          assert.match(said, /hello$/);
        });
      });
    }
  });
}
