/** Our SOCKS server with curl, and our client endpoints with the proxies of others: `ssh -D`, dante, tinyproxy, Twisted. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ConnectClientEndpoint } from "../../src/connect-proxy/connect-client-endpoint.ts";
import type { StreamClientEndpoint } from "../../src/endpoint/endpoint.ts";
import { TCP4ClientEndpoint, TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { ProxyAuthenticationError, ProxyConnectError } from "../../src/endpoint/tunnel.ts";
import type { Factory } from "../../src/protocol/factory.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { SOCKS4ClientEndpoint, SOCKS5ClientEndpoint } from "../../src/socks/socks-client-endpoint.ts";
import { SOCKSFactory } from "../../src/socks/socks-factory.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { running, until } from "../conformance/running.ts";
import { RecordingFactory } from "../conformance/stream-fixtures.ts";
import { peer } from "../support/peers.ts";
import "../support/quiet-logs.ts";

const HOST = "127.0.0.1";
const curl = peer("curl");
const ssh = peer("sshd");
const dante = peer("dante");
const tinyproxy = peer("tinyproxy");
const twisted = peer("twisted");

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

const reactors = [["node", () => new NodeReactor()] as const, ["epoll", () => new EpollReactor()] as const].filter(
  ([kind]) => kind === "node" || loadNativeCore() !== null,
);

async function listen(reactor: Reactor, factory: Factory): Promise<number> {
  const port = await new TCP4ServerEndpoint(reactor, 0, { interface: HOST }).listen(factory);
  return (port.getHost() as InternetAddress).port;
}

function web(): RecordingFactory {
  return new RecordingFactory((protocol) => {
    protocol.onData = ({ transport, text }) => {
      if (!text.endsWith("\r\n\r\n")) return;
      transport.write("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
      transport.loseConnection();
    };
  });
}

/** A port that nobody listens on: most peers cannot be given a socket. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs a program until `body` is done; it is there when its port answers. */
async function withPeer(
  reactor: Reactor,
  port: number,
  command: readonly [string, ...string[]],
  body: (proxy: StreamClientEndpoint) => Promise<void>,
): Promise<void> {
  const [program, ...args] = command;
  const child: ChildProcess = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data: Buffer) => (output += data.toString()));
  const ended = new Promise<void>((resolve) => child.on("close", () => resolve()));
  const proxy = new TCP4ClientEndpoint(reactor, HOST, port);
  try {
    for (let attempt = 0; ; attempt++) {
      const answers = await new Promise<boolean>((resolve) => {
        proxy.connect(new RecordingFactory()).addCallbacks(
          ({ transport }) => {
            transport.loseConnection();
            resolve(true);
          },
          () => resolve(false),
        );
      });
      if (answers) break;
      assert.ok(attempt < 2000 && child.exitCode === null, `${program} does not listen: ${output}`);
      await new Promise<void>((resolve) => reactor.callLater(0.01, () => resolve()));
    }
    await body(proxy);
  } catch (error) {
    if (error instanceof Error) error.message += `\n${program}: ${output}`;
    throw error;
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/** Says hello through an endpoint to an echo, and waits for the end. */
async function talks(endpoint: StreamClientEndpoint): Promise<void> {
  const client = await endpoint.connect(new RecordingFactory());
  client.transport.write("hello");
  await until(() => client.text === "hello" || client.lost !== undefined, "the echo");
  assert.equal(client.text, "hello");
  client.transport.loseConnection();
  await until(() => client.lost !== undefined, "the end");
}

function echo(): RecordingFactory {
  return new RecordingFactory((protocol) => (protocol.onData = ({ transport }, data) => transport.write(data)));
}

for (const [kind, makeReactor] of reactors) {
  test(`curl through our SOCKS server, on the ${kind} reactor`, { skip: curl.skip }, () =>
    running(makeReactor, async (reactor) => {
      const port = await listen(reactor, web());
      const open = await listen(reactor, new SOCKSFactory(reactor, { allowPrivate: true }));
      const closed = await listen(reactor, new SOCKSFactory(reactor));
      const authenticate = (username: string, password: string): boolean => username === "ada" && password === "secret";
      const guarded = await listen(reactor, new SOCKSFactory(reactor, { allowPrivate: true, authenticate }));
      const fetch = async (...args: string[]): Promise<string> => {
        const child = spawn(curl.command, ["-sS", "--max-time", "20", ...args, `http://localhost:${port}/`]);
        let output = "";
        for (const stream of [child.stdout, child.stderr])
          stream.on("data", (data: Buffer) => (output += data.toString()));
        await new Promise((resolve) => child.on("close", resolve));
        return output;
      };
      for (const option of ["--socks4", "--socks4a", "--socks5", "--socks5-hostname"]) {
        const ipv4 = option === "--socks5" ? ["-4"] : [];
        assert.equal(await fetch(...ipv4, option, `${HOST}:${open}`), "hello", option);
        assert.match(await fetch(...ipv4, option, `${HOST}:${closed}`), /^curl: \(97\)/, option);
      }
      const who = ["--socks5-hostname", `${HOST}:${guarded}`, "--proxy-user"];
      assert.equal(await fetch(...who, "ada:secret"), "hello");
      assert.match(await fetch(...who, "ada:wrong"), /^curl: \(97\)/);
      assert.match(await fetch("--socks5-hostname", `${HOST}:${guarded}`), /^curl: \(97\)/);
    }),
  );

  describe(`our client endpoints, on the ${kind} reactor`, () => {
    test("ssh -D, versions 4, 4a and 5", { skip: ssh.skip }, () =>
      running(makeReactor, async (reactor) => {
        // Where it is root, it wants to have a place for its children to be shut up in.
        if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true });
        const [sshd, port] = [await freePort(), await freePort()];
        const key = join(folder, `key-${sshd}`);
        spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
        chmodSync(key, 0o600);
        const server = spawn(
          ssh.command,
          ["-D", "-e", "-f", "/dev/null", "-p", String(sshd), "-h", key].concat(
            ["-o", `AuthorizedKeysFile=${key}.pub`, "-o", "StrictModes=no", "-o", "PidFile=none"],
            ["-o", `ListenAddress=${HOST}`, "-o", "UsePAM=no", "-o", "PermitRootLogin=yes"],
          ),
          { stdio: "ignore" },
        );
        const ended = new Promise<void>((resolve) => server.on("close", () => resolve()));
        try {
          const there = await listen(reactor, echo());
          const usual = [
            "-o",
            "StrictHostKeyChecking=no",
            "-o",
            "UserKnownHostsFile=/dev/null",
            "-o",
            "ConnectionAttempts=20",
          ];
          const who = `${userInfo().username}@${HOST}`;
          const client = [
            "ssh",
            "-F",
            "/dev/null",
            "-N",
            "-i",
            key,
            "-p",
            String(sshd),
            "-D",
            `${HOST}:${port}`,
            ...usual,
            who,
          ] as const;
          await withPeer(reactor, port, client, async (proxy) => {
            await talks(new SOCKS5ClientEndpoint(reactor, proxy, HOST, there));
            await talks(new SOCKS5ClientEndpoint(reactor, proxy, "localhost", there));
            await talks(new SOCKS4ClientEndpoint(reactor, proxy, HOST, there));
            await talks(new SOCKS4ClientEndpoint(reactor, proxy, "localhost", there));
          });
        } finally {
          server.kill("SIGKILL");
          await ended;
        }
      }),
    );

    test("dante, version 4 and 5, and what it refuses", { skip: dante.skip }, () =>
      running(makeReactor, async (reactor) => {
        const port = await freePort();
        const there = await listen(reactor, echo());
        const path = join(folder, `danted-${port}.conf`);
        writeFileSync(
          path,
          [
            "logoutput: stderr",
            `internal: ${HOST} port = ${port}`,
            `external: ${HOST}`,
            "clientmethod: none",
            "socksmethod: none",
            "client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }",
            `socks pass { from: 0.0.0.0/0 to: ${HOST}/32 port = ${there} }`,
            "socks block { from: 0.0.0.0/0 to: 0.0.0.0/0 }",
          ].join("\n"),
        );
        await withPeer(
          reactor,
          port,
          [dante.command, "-f", path, "-p", join(folder, `danted-${port}.pid`)],
          async (proxy) => {
            await talks(new SOCKS5ClientEndpoint(reactor, proxy, HOST, there));
            await talks(new SOCKS4ClientEndpoint(reactor, proxy, HOST, there));
            await assert.rejects(
              Promise.resolve(new SOCKS5ClientEndpoint(reactor, proxy, HOST, 1).connect(new RecordingFactory())),
              (error) => error instanceof ProxyConnectError && error.reply === "not allowed",
            );
          },
        );
      }),
    );

    test("tinyproxy, with and without a password", { skip: tinyproxy.skip }, () =>
      running(makeReactor, async (reactor) => {
        const port = await freePort();
        const there = await listen(reactor, echo());
        const path = join(folder, `tinyproxy-${port}.conf`);
        writeFileSync(
          path,
          `Port ${port}\nListen ${HOST}\nTimeout 60\nMaxClients 20\nAllow ${HOST}\nBasicAuth ada secret\n`,
        );
        await withPeer(reactor, port, [tinyproxy.command, "-d", "-c", path], async (proxy) => {
          const who = { username: "ada", password: "secret" };
          await talks(new ConnectClientEndpoint(reactor, proxy, HOST, there, who));
          await assert.rejects(
            Promise.resolve(new ConnectClientEndpoint(reactor, proxy, HOST, there).connect(new RecordingFactory())),
            (error) => error instanceof ProxyAuthenticationError || error instanceof ProxyConnectError,
          );
        });
      }),
    );

    test("Twisted's server of version 4", { skip: twisted.skip }, () =>
      running(makeReactor, async (reactor) => {
        const port = await freePort();
        const there = await listen(reactor, echo());
        const program = [
          "from twisted.internet import reactor",
          "from twisted.protocols.socks import SOCKSv4Factory",
          `reactor.listenTCP(${port}, SOCKSv4Factory(None), interface="${HOST}")`,
          "reactor.run()",
        ].join("\n");
        await withPeer(reactor, port, [twisted.command, "-c", program], async (proxy) => {
          await talks(new SOCKS4ClientEndpoint(reactor, proxy, HOST, there));
          await talks(new SOCKS4ClientEndpoint(reactor, proxy, "localhost", there));
        });
      }),
    );
  });
}
