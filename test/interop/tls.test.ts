/** Our TLS with programs of others at the other end: openssl, curl, Twisted. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { ContextFactory } from "../../src/tls/context-factory.ts";
import type { TLSContextOptions } from "../../src/tls/tls-context.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { TLSTransport } from "../../src/transport/transport.ts";
import type { Recorder } from "../conformance/stream-fixtures.ts";
import { running, until } from "../conformance/running.ts";
import { RecordingClientFactory, RecordingFactory } from "../conformance/stream-fixtures.ts";
import { HOST, clientContext, serverContext } from "../conformance/tls-fixtures.ts";
import { peer } from "../support/peers.ts";
import { testCertificates } from "../support/test-certificates.ts";
import "../support/quiet-logs.ts";

const openssl = peer("openssl");
const curl = peer("curl");
const twisted = peer("twistedTLS");

const folder = mkdtempSync(join(tmpdir(), "hawser-"));
after(() => rmSync(folder, { recursive: true }));

const certificates = testCertificates();
for (const [name, { certificate, key }] of Object.entries(certificates)) {
  writeFileSync(join(folder, `${name}.pem`), certificate);
  writeFileSync(join(folder, `${name}.key`), key);
}
const file = (name: string): string => join(folder, name);

/** A child process, what it prints, and its exit code once it has ended. */
class Child {
  readonly process: ChildProcessWithoutNullStreams;
  output = "";
  exitCode: number | null | undefined = undefined;

  constructor(command: string, args: readonly string[]) {
    this.process = spawn(command, args);
    this.process.stdout.on("data", (data: Buffer) => (this.output += data.toString()));
    this.process.stderr.on("data", (data: Buffer) => (this.output += data.toString()));
    this.process.on("close", (code) => (this.exitCode = code));
    this.process.stdin.on("error", () => {});
  }

  async says(pattern: RegExp): Promise<RegExpExecArray> {
    await until(
      () => pattern.test(this.output) || this.exitCode !== undefined,
      `${this.process.spawnfile} to say ${String(pattern)}`,
    );
    const match = pattern.exec(this.output);
    assert.ok(match !== null, `${this.process.spawnfile} ended without ${String(pattern)}:\n${this.output}`);
    return match;
  }

  async ended(): Promise<void> {
    await until(() => this.exitCode !== undefined, `the end of ${this.process.spawnfile}`);
  }

  async stop(): Promise<void> {
    this.process.kill("SIGKILL");
    await this.ended();
  }
}

function runs(body: (reactor: Reactor) => Promise<void>): Promise<void> {
  // As `tls-epoll.test.ts` says, for one.
  const Kind = process.env["HAWSER_REACTOR"] === "epoll" ? EpollReactor : NodeReactor;
  return running(() => new Kind(), body);
}

const tlsOf = (end: Recorder): TLSTransport => end.transport as unknown as TLSTransport;

/** Answers each line in capitals; closes after `QUIT`. */
function shouting(): RecordingFactory {
  return new RecordingFactory((protocol) => {
    protocol.onData = ({ transport, text }, data) => {
      transport.write(data.toString().toUpperCase());
      if (text.includes("QUIT")) transport.loseConnection();
    };
  });
}

async function listen(
  reactor: Reactor,
  factory: RecordingFactory,
  options: TLSContextOptions | ContextFactory = {},
): Promise<number> {
  const context = options instanceof ContextFactory ? options : serverContext(options);
  const port = await reactor.listenSSL(0, factory, context, { interface: HOST }).whenListening();
  return (port.getHost() as InternetAddress).port;
}

function sClient(port: number, args: readonly string[]): Child {
  const usual = ["-connect", `${HOST}:${port}`, "-CAfile", file("authority.pem"), "-verify_return_error"];
  return new Child(openssl.command, ["s_client", ...usual, "-servername", "localhost", ...args]);
}

describe("TLS with openssl s_client", { skip: openssl.skip }, () => {
  for (const [flag, version] of [
    ["-tls1_2", "TLSv1.2"],
    ["-tls1_3", "TLSv1.3"],
  ] as const) {
    test(`${version}: bytes both ways, SNI, ALPN and a clean end`, async () => {
      await runs(async (reactor) => {
        const servers = shouting();
        const port = await listen(reactor, servers, { alpnProtocols: ["h2", "http/1.1"] });
        const child = sClient(port, [flag, "-alpn", "http/1.1,h2", "-quiet"]);
        child.process.stdin.write("hello\nQUIT\n");
        await child.says(/HELLO/);
        await until(() => servers.only.lost !== undefined);
        await child.stop();
        const { security } = tlsOf(servers.only);
        assert.deepEqual(
          [security?.version, security?.serverName, security?.negotiatedProtocol],
          [version, "localhost", "h2"],
        );
        assert.equal(servers.only.reason, "ConnectionDone");
      });
    });

    test(`${version}: a client certificate is taken, and required where it is`, async () => {
      await runs(async (reactor) => {
        const servers = shouting();
        const port = await listen(reactor, servers, { verifyPeer: "require" });
        const mine = ["-cert", file("client.pem"), "-key", file("client.key")];
        const child = sClient(port, [flag, "-quiet", ...mine]);
        child.process.stdin.write("hello\n");
        await child.says(/HELLO/);
        assert.equal(tlsOf(servers.only).getPeerCertificate()?.subject, "CN=client");
        await child.stop();
        const without = sClient(port, [flag, "-quiet"]);
        without.process.stdin.write("hello\n");
        await without.says(/alert (certificate required|handshake failure)/);
        await without.ended();
        await until(() => servers.protocols[1]?.lost !== undefined);
        assert.equal(servers.protocols[1]!.reason, "CertificateRequiredError");
      });
    });
  }

  test("TLS 1.1 and below, are refused", async () => {
    await runs(async (reactor) => {
      const servers = shouting();
      const port = await listen(reactor, servers);
      const child = sClient(port, ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"]);
      await child.ended();
      assert.match(child.output, /alert protocol version/);
      await until(() => servers.only.lost !== undefined);
      assert.equal(servers.only.reason, "NoCommonParametersError");
    });
  });

  test("renegotiation in TLS 1.2, is refused", async () => {
    await runs(async (reactor) => {
      const servers = shouting();
      const port = await listen(reactor, servers);
      const child = sClient(port, ["-tls1_2"]);
      child.process.stdin.write("hello\n");
      await child.says(/HELLO/);
      child.process.stdin.write("R\n");
      await child.says(/RENEGOTIATING[^]*no renegotiation/);
      await child.ended();
      await until(() => servers.only.lost !== undefined);
    });
  });

  test("a session, is resumed", async () => {
    await runs(async (reactor) => {
      const port = await listen(reactor, shouting());
      const session = file("session.pem");
      for (const [args, words] of [
        [["-sess_out", session], /New, TLSv1.3/],
        [["-sess_in", session], /Reused, TLSv1.3/],
      ] as const) {
        const child = sClient(port, args);
        child.process.stdin.write("hello\n");
        await child.says(/HELLO/);
        await child.says(words);
        child.process.stdin.write("Q\n");
        await child.ended();
      }
    });
  });
});

describe("TLS with openssl s_server", { skip: openssl.skip }, () => {
  /** Starts a server, which reverses lines, and answers its port. */
  async function sServer(args: readonly string[]): Promise<{ readonly child: Child; readonly port: number }> {
    const usual = ["-accept", `${HOST}:0`, "-cert", file("server.pem"), "-key", file("server.key")];
    const child = new Child(openssl.command, ["s_server", ...usual, "-rev", ...args]);
    const [, port] = await child.says(/^ACCEPT \S+:(\d+)/m);
    return { child, port: Number(port) };
  }

  for (const [flag, version] of [
    ["-tls1_2", "TLSv1.2"],
    ["-tls1_3", "TLSv1.3"],
  ] as const) {
    test(`${version}: bytes both ways, a client certificate, ALPN`, async () => {
      const verify = ["-Verify", "1", "-verify_return_error", "-CAfile", file("authority.pem")];
      const { child, port } = await sServer([flag, "-alpn", "h2", ...verify]);
      await runs(async (reactor) => {
        const { client } = certificates;
        const clients = new RecordingClientFactory();
        const mine = { certificateChain: client.certificate, privateKey: client.key, alpnProtocols: ["irc", "h2"] };
        reactor.connectSSL(HOST, port, clients, clientContext(mine));
        await until(() => clients.protocols.length === 1, "a connection");
        clients.only.transport.write("abcdef\n");
        await until(() => clients.only.text === "fedcba\n" || clients.only.lost !== undefined, "the answer");
        assert.equal(clients.only.text, "fedcba\n");
        const { security } = tlsOf(clients.only);
        assert.deepEqual([security?.version, security?.negotiatedProtocol], [version, "h2"]);
        clients.only.transport.loseConnection();
        await until(() => clients.only.lost !== undefined, "the end");
        assert.equal(clients.only.reason, "ConnectionDone");
      });
      await child.stop();
    });
  }

  test("a server that requires a certificate, refuses a client without", async () => {
    const { child, port } = await sServer(["-Verify", "1", "-verify_return_error", "-CAfile", file("authority.pem")]);
    await runs(async (reactor) => {
      const clients = new RecordingClientFactory();
      reactor.connectSSL(HOST, port, clients, clientContext());
      await until(() => clients.protocols[0]?.lost !== undefined, "the end");
      const error = clients.only.lost!.value as { name: string; alert: string };
      assert.deepEqual([error.name, error.alert], ["AlertError", "certificate_required"]);
    });
    await child.stop();
  });
});

describe("TLS with curl", { skip: curl.skip }, () => {
  test("an HTTP answer over TLS, to the name that curl checks", async () => {
    await runs(async (reactor) => {
      const servers = new RecordingFactory((protocol) => {
        protocol.onData = ({ transport, text }) => {
          if (!text.endsWith("\r\n\r\n")) return;
          transport.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nyes");
          transport.loseConnection();
        };
      });
      const port = await listen(reactor, servers, { alpnProtocols: ["http/1.1"] });
      const args = ["--silent", "--show-error", "--cacert", file("authority.pem"), "--noproxy", "*"];
      const child = new Child(curl.command, [
        ...args,
        `https://localhost:${port}/`,
        "--resolve",
        `localhost:${port}:${HOST}`,
      ]);
      await child.ended();
      assert.deepEqual([child.output, child.exitCode], ["yes", 0]);
      await until(() => servers.only.lost !== undefined);
      assert.equal(servers.only.reason, "ConnectionDone");
      const doubting = new Child(curl.command, [
        "--silent",
        "--show-error",
        `https://${HOST}:${port}/`,
        "--noproxy",
        "*",
      ]);
      await doubting.ended();
      assert.match(doubting.output, /certificate/);
      await until(() => servers.protocols[1]?.lost !== undefined);
      assert.equal((servers.protocols[1]!.lost!.value as { alert?: string }).alert, "unknown_ca");
    });
  });
});

describe("TLS with Twisted", { skip: twisted.skip }, () => {
  const script = fileURLToPath(new URL("../../../test/interop/tls_peer.py", import.meta.url));
  const start = (...args: readonly string[]): Child => new Child(twisted.command, [script, ...args]);
  const serverFiles = [file("server.pem"), file("server.key"), file("authority.pem")];

  test("our client, its server: bytes both ways, ALPN, our certificate, and a clean end whoever closes", async () => {
    const child = start("server", ...serverFiles, "--require");
    const port = Number((await child.says(/^port (\d+)/m))[1]);
    await runs(async (reactor) => {
      const { client } = certificates;
      const mine = { certificateChain: client.certificate, privateKey: client.key, alpnProtocols: ["http/1.1"] };
      for (const close of ["we", "they"]) {
        child.output = "";
        const clients = new RecordingClientFactory();
        reactor.connectSSL(HOST, port, clients, clientContext(mine));
        await until(() => clients.protocols.length === 1, "a connection");
        clients.only.transport.write("hello\r\n");
        await until(() => clients.only.text === "HELLO\r\n" || clients.only.lost !== undefined, "an answer");
        assert.equal(clients.only.text, "HELLO\r\n", child.output);
        if (close === "we") clients.only.transport.loseConnection();
        else clients.only.transport.write("QUIT\r\n");
        await until(() => clients.only.lost !== undefined, "the end");
        assert.equal(clients.only.reason, "ConnectionDone");
        await child.says(/^handshake b'http\/1.1' client$/m);
        await child.says(/^lost ConnectionDone$/m);
      }
    });
    await child.stop();
  });

  test("its client, our server: bytes both ways, ALPN, its certificate, a clean end", async () => {
    await runs(async (reactor) => {
      const servers = shouting();
      const port = await listen(reactor, servers, { verifyPeer: "require", alpnProtocols: ["h2", "http/1.1"] });
      const child = start("client", String(port), file("authority.pem"), file("client.pem"), file("client.key"));
      await child.ended();
      assert.equal(child.output, "handshake b'http/1.1'\nline HELLO FROM TWISTED\nlost ConnectionDone\n");
      await until(() => servers.only.lost !== undefined);
      assert.equal(servers.only.reason, "ConnectionDone");
      assert.equal(tlsOf(servers.only).getPeerCertificate()?.subject, "CN=client");
    });
  });

  test("startTLS: our client, its server", async () => {
    const child = start("starttls", ...serverFiles);
    const port = Number((await child.says(/^port (\d+)/m))[1]);
    await runs(async (reactor) => {
      const clients = new RecordingClientFactory((protocol) => {
        protocol.onMade = ({ transport }) => transport.write("STARTTLS\r\n");
        protocol.onData = (p, data) => {
          if (data.toString() !== "GO AHEAD\r\n") return;
          tlsOf(p).startTLS(clientContext());
          p.transport.write("secret\r\n");
        };
      });
      reactor.connectTCP(HOST, port, clients);
      await until(() => clients.protocols.length === 1, "a connection");
      await until(() => clients.only.text.endsWith("SECRET\r\n") || clients.only.lost !== undefined, "it");
      assert.equal(clients.only.text, "GO AHEAD\r\nSECRET\r\n");
      clients.only.transport.loseConnection();
      await until(() => clients.only.lost !== undefined, "the end");
      assert.equal(clients.only.reason, "ConnectionDone");
    });
    await child.says(/^lost ConnectionDone$/m);
    await child.stop();
  });

  test("startTLS: its client, our server", async () => {
    await runs(async (reactor) => {
      const servers = new RecordingFactory((protocol) => {
        protocol.onData = (p, data) => {
          if (data.toString() === "STARTTLS\r\n") {
            p.transport.write("GO AHEAD\r\n");
            tlsOf(p).startTLS(serverContext());
          } else p.transport.write(data.toString().toUpperCase());
        };
      });
      const listening = await reactor.listenTCP(0, servers, { interface: HOST }).whenListening();
      const child = start("startclient", String((listening.getHost() as InternetAddress).port), file("authority.pem"));
      await child.ended();
      assert.match(child.output, /^line GO AHEAD\n(handshake None\n)?line HELLO FROM TWISTED\nlost ConnectionDone\n$/);
      await until(() => servers.only.lost !== undefined);
      assert.equal(servers.only.reason, "ConnectionDone");
    });
  });
});
