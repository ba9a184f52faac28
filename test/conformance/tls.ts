/** What TLS must do, over every reactor and with every engine: who is who, what is agreed on, and how it goes wrong. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, test } from "node:test";
import { connect as nodeConnect } from "node:tls";
import { Factory } from "../../src/protocol/factory.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import type { TLSContextOptions } from "../../src/tls/tls-context.ts";
import type { ContextFactory } from "../../src/tls/context-factory.ts";
import { TLSMemoryBIOFactory } from "../../src/tls/tls-memory-bio.ts";
import type { TLSMemoryBIOProtocol } from "../../src/tls/tls-memory-bio.ts";
import type { SecureOptions } from "../../src/transport/secure-stream.ts";
import type { HalfCloseableTransport, TLSTransport } from "../../src/transport/transport.ts";
import { testCertificates } from "../support/test-certificates.ts";
import { LineServer, keep, startTLSOver } from "./start-tls-fixtures.ts";
import type { Lacks } from "./lacks.ts";
import type { MakeReactor } from "./running.ts";
import { running, until } from "./running.ts";
import { HalfClosingRecorder, RecordingClientFactory, RecordingFactory, listening } from "./stream-fixtures.ts";
import type { Recorder } from "./stream-fixtures.ts";
import {
  SecureRecorder,
  VERSIONS,
  bothLost,
  certificateOf,
  codeOf,
  connectedOver,
  handshaken,
  numberOf,
} from "./tls-ends.ts";
import type { Ends } from "./tls-ends.ts";
import { HOST, clientContext, serverContext } from "./tls-fixtures.ts";

export function tlsConformance(name: string, makeReactor: MakeReactor, secure: SecureOptions, lacks: Lacks = {}): void {
  const connected = connectedOver(makeReactor, secure);

  function codes({ server, client }: Ends): (string | undefined)[] {
    return [codeOf(server), codeOf(client)];
  }

  /** The client refuses the server's certificate, and says why. */
  async function refused(certificate: TLSContextOptions, client: ContextFactory, code: string): Promise<void> {
    await connected({ server: serverContext(certificate), client }, async (ends) => {
      ends.client.transport.write("a secret");
      await bothLost(ends);
      assert.equal(codeOf(ends.client), code);
      assert.deepEqual(ends.client.events, ["made", "lost"], "no handshake");
      assert.equal(ends.server.text, "", "nothing was sent");
    });
  }

  /** A plain connection to a TLS port, or the other way round. */
  async function plainClient(
    body: (server: SecureRecorder, client: Recorder, reactor: Reactor) => Promise<void>,
    options: SecureOptions = {},
  ): Promise<void> {
    await running(makeReactor, async (reactor) => {
      const servers = new RecordingFactory(undefined, SecureRecorder);
      const all = { interface: HOST, ...secure, ...options };
      const port = await listening(() => reactor.listenSSL(0, servers, serverContext(), all));
      const clients = new RecordingClientFactory();
      reactor.connectTCP(HOST, numberOf(port), clients);
      await until(() => servers.protocols.length === 1 && clients.protocols.length === 1, "a connection");
      await body(servers.only as SecureRecorder, clients.only, reactor);
    });
  }

  describe(`${name}: TLS`, () => {
    test("small records are sent at once, unless a protocol wants it otherwise", async () => {
      await connected({}, async (ends) => {
        const [server, client] = [ends.server.transport, ends.client.transport];
        assert.deepEqual([server.getTcpNoDelay(), client.getTcpNoDelay()], [true, true]);
        client.setTcpNoDelay(false);
        assert.equal(client.getTcpNoDelay(), false);
      });
    });

    for (const version of VERSIONS) {
      test(`${version}, is agreed on where one end knows no other; both ends are told about it`, async () => {
        await connected({ client: clientContext({ minVersion: version, maxVersion: version }) }, async (ends) => {
          await handshaken(ends);
          for (const { tls } of [ends.server, ends.client]) {
            assert.equal(tls.getTLSVersion(), version);
            assert.equal(tls.security?.serverName, "localhost");
            assert.equal(tls.negotiatedProtocol, undefined);
            assert.match(tls.security.cipher, /^TLS_[A-Z0-9_]+$/);
          }
          assert.equal(ends.client.tls.getPeerCertificate()?.subject, "CN=server");
          assert.equal(ends.server.tls.getPeerCertificate(), undefined);
          const material = [ends.server, ends.client].map(({ tls }) => tls.exportKeyingMaterial(32, "EXPORTER-test"));
          assert.deepEqual(material[0], material[1]);
        });
      });
    }

    test("before the handshake, there are no facts; what is written arrives afterwards, in order", async () => {
      await connected({}, async (ends) => {
        const { server, client } = ends;
        if (!client.events.includes("handshake")) {
          assert.equal(client.tls.security, undefined);
          assert.throws(() => client.tls.exportKeyingMaterial(32, "x"), /expected a handshake that is done/);
        }
        client.transport.write("one ");
        client.transport.write("two");
        server.transport.write("three");
        await until(() => server.text === "one two" && client.text === "three");
        assert.deepEqual(client.events, ["made", "handshake"]);
      });
    });

    test("versions, ends that have none in common have no connection", async () => {
      const contexts = {
        server: serverContext({ minVersion: "TLSv1.3" }),
        client: clientContext({ maxVersion: "TLSv1.2" }),
      };
      await connected(contexts, async (ends) => {
        await bothLost(ends);
        assert.deepEqual(codes(ends), ["ERR_TLS_NO_COMMON_PARAMETERS", "ERR_TLS_HANDSHAKE_ALERT"]);
        assert.equal((ends.client.lost!.value as { alert?: string }).alert, "protocol_version");
      });
    });

    test("ciphers, ends that have none in common have no connection", async () => {
      const only = { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" } as const;
      const contexts = {
        server: serverContext({ ...only, ciphers: "ECDHE-ECDSA-AES128-GCM-SHA256" }),
        client: clientContext({ ...only, ciphers: "ECDHE-ECDSA-AES256-GCM-SHA384" }),
      };
      await connected(contexts, async (ends) => {
        await bothLost(ends);
        assert.deepEqual(codes(ends), ["ERR_TLS_NO_COMMON_PARAMETERS", "ERR_TLS_HANDSHAKE_ALERT"]);
        assert.equal((ends.client.lost!.value as { alert?: string }).alert, "handshake_failure");
      });
    });

    test("ALPN, the server's first choice of what the client offers is taken", async () => {
      const contexts = {
        server: serverContext({ alpnProtocols: ["h2", "http/1.1"] }),
        client: clientContext({ alpnProtocols: ["spdy/3", "http/1.1", "h2"] }),
      };
      await connected(contexts, async (ends) => {
        await handshaken(ends);
        assert.deepEqual([ends.server.tls.negotiatedProtocol, ends.client.tls.negotiatedProtocol], ["h2", "h2"]);
      });
    });

    test("ALPN, where one end knows nothing of it there is a connection, where they disagree there is none", async () => {
      await connected({ server: serverContext({ alpnProtocols: ["h2"] }) }, async (ends) => {
        await handshaken(ends);
        assert.equal(ends.client.tls.negotiatedProtocol, undefined);
      });
      const contexts = {
        server: serverContext({ alpnProtocols: ["h2"] }),
        client: clientContext({ alpnProtocols: ["irc"] }),
      };
      await connected(contexts, async (ends) => {
        await bothLost(ends);
        assert.equal(codeOf(ends.client), "ERR_TLS_HANDSHAKE_ALERT");
        assert.equal((ends.client.lost!.value as { alert?: string }).alert, "no_application_protocol");
      });
    });

    test("a certificate that is expired, or not valid yet, is refused", async () => {
      const { expired, early } = testCertificates();
      await refused(certificateOf(expired), clientContext(), "ERR_TLS_CERTIFICATE_EXPIRED");
      await refused(certificateOf(early), clientContext(), "ERR_TLS_CERTIFICATE_NOT_YET_VALID");
    });

    test("a certificate that is self-signed, or signed by nobody who is trusted, is refused", async () => {
      const { selfSigned, stranger } = testCertificates();
      await refused(certificateOf(selfSigned), clientContext(), "ERR_TLS_SELF_SIGNED");
      await refused(certificateOf(stranger), clientContext(), "ERR_TLS_UNKNOWN_AUTHORITY");
      await refused({}, clientContext({ trustRoots: "platform" }), "ERR_TLS_UNKNOWN_AUTHORITY");
    });

    test("a certificate for another name or address, is refused", async () => {
      const { other } = testCertificates();
      await refused(certificateOf(other), clientContext(), "ERR_TLS_HOSTNAME_MISMATCH");
      await refused({}, clientContext({ peerName: "127.0.0.2" }), "ERR_TLS_HOSTNAME_MISMATCH");
      // The common name counts for nothing.
      await refused({}, clientContext({ peerName: "server" }), "ERR_TLS_HOSTNAME_MISMATCH");
      await refused(certificateOf(other), clientContext({ peerName: "wild.example" }), "ERR_TLS_HOSTNAME_MISMATCH");
      await refused(certificateOf(other), clientContext({ peerName: "a.b.wild.example" }), "ERR_TLS_HOSTNAME_MISMATCH");
    });

    test("a certificate for the address, or for a name by a wildcard, is good; so is any that is not checked", async () => {
      const { other, selfSigned } = testCertificates();
      const good: [TLSContextOptions, ContextFactory][] = [
        [{}, clientContext({ peerName: "127.0.0.1" })],
        [{}, clientContext({ peerName: "::1" })],
        [certificateOf(other), clientContext({ peerName: "a.wild.example" })],
        [certificateOf(selfSigned), clientContext({ verifyPeer: "none" })],
        [certificateOf(selfSigned), clientContext({ trustRoots: [selfSigned.certificate] })],
      ];
      for (const [certificate, client] of good) {
        await connected({ server: serverContext(certificate), client }, handshaken);
      }
    });

    for (const version of VERSIONS) {
      test(`${version}: client certificates, are shown to a server that asks, and refused where they are not good`, async () => {
        const { client, stranger } = testCertificates();
        const only = { maxVersion: version };
        for (const verifyPeer of ["request", "require"] as const) {
          const server = serverContext({ verifyPeer, ...only });
          await connected({ server, client: clientContext(certificateOf(client)) }, async (ends) => {
            await handshaken(ends);
            assert.equal(ends.server.tls.getPeerCertificate()?.subject, "CN=client");
            assert.ok(ends.server.tls.security!.peerCertificates.length >= 1);
          });
          await connected({ server, client: clientContext(certificateOf(stranger)) }, async (ends) => {
            await bothLost(ends);
            assert.equal(codeOf(ends.server), "ERR_TLS_UNKNOWN_AUTHORITY");
          });
        }
        await connected({ server: serverContext({ verifyPeer: "request", ...only }) }, async (ends) => {
          await handshaken(ends);
          assert.equal(ends.server.tls.getPeerCertificate(), undefined);
        });
        await connected({ server: serverContext({ verifyPeer: "require", ...only }) }, async (ends) => {
          await bothLost(ends);
          assert.deepEqual(ends.server.events, ["made", "lost"]);
          assert.equal(codeOf(ends.server), "ERR_TLS_CERTIFICATE_REQUIRED");
          assert.match(codeOf(ends.client)!, /^ERR_TLS_(HANDSHAKE_)?ALERT$/);
        });
      });
    }

    test("sessions, are resumed where the client has kept a ticket", async () => {
      for (const version of VERSIONS) {
        const server = serverContext({ maxVersion: version });
        let ticket: Buffer | undefined;
        const first = clientContext({ onSessionTicket: (session) => (ticket = session) });
        await connected({ server, client: first }, async (ends) => {
          await handshaken(ends);
          assert.equal(ends.client.tls.security?.reused, false);
          ends.server.transport.write("x");
          await until(() => ticket !== undefined, "a ticket");
        });
        const again = clientContext(ticket === undefined ? {} : { session: ticket });
        await connected({ server, client: again }, async (ends) => {
          await handshaken(ends);
          assert.deepEqual([ends.client.tls.security?.reused, ends.server.tls.security?.reused], [true, true]);
        });
      }
    });

    test("a peer that speaks plain text to a TLS port, is lost for that reason", async () => {
      for (const text of ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "EHLO example.com\r\n", "\0\0\0\x10binary"]) {
        await plainClient(async (server, client) => {
          client.transport.write(text);
          await until(() => server.lost !== undefined && client.lost !== undefined, "both ends to be lost");
          assert.equal(codeOf(server), "ERR_TLS_NOT_TLS");
          assert.deepEqual(server.events, ["made", "lost"]);
        });
      }
    });

    test("a peer that closes in the middle of the handshake, is lost for that reason", async () => {
      await plainClient(async (server, client) => {
        client.transport.write(Buffer.from("160301", "hex"));
        client.transport.loseConnection();
        await until(() => server.lost !== undefined, "the server to be lost");
        assert.equal(codeOf(server), "ERR_TLS_HANDSHAKE_TRUNCATED");
      });
    });

    test("a peer that stops in the middle of the handshake, is given up in time", async () => {
      await plainClient(
        async (server, client) => {
          client.transport.write(Buffer.from("160301", "hex"));
          await until(() => server.lost !== undefined && client.lost !== undefined, "both ends to be lost");
          assert.equal(codeOf(server), "ERR_TLS_HANDSHAKE_TIMEOUT");
        },
        { handshakeTimeout: 0.02 },
      );
    });

    test("a peer that stops, with a server that has much to say, does not make it keep more than the backlog", async () => {
      await plainClient(
        async (server) => {
          server.transport.write(Buffer.alloc(1000));
          server.transport.write(Buffer.alloc(1));
          await until(() => server.lost !== undefined, "the server to be lost");
          assert.equal(codeOf(server), "ERR_TLS_HANDSHAKE_BACKLOG");
        },
        { handshakeBacklog: 1000 },
      );
    });

    test("a peer that sends no TLS after the handshake, is lost; so is one that closes without saying so", async () => {
      const spoil: [(below: HalfCloseableTransport) => void, RegExp][] = [
        [(below) => below.write("not a record at all, but text"), /^ERR_TLS$/],
        [(below) => below.loseWriteConnection(), /^ERR_TLS_TRUNCATED$/],
      ];
      for (const [act, code] of spoil) {
        await running(makeReactor, async (reactor) => {
          const servers = new RecordingFactory(undefined, SecureRecorder);
          const clients = new RecordingClientFactory();
          const port = await listening(() =>
            reactor.listenSSL(0, servers, serverContext(), { interface: HOST, ...secure }),
          );
          const layered = new TLSMemoryBIOFactory(clientContext(), true, clients, { clock: reactor, ...secure });
          reactor.connectTCP(HOST, numberOf(port), layered);
          await until(() => servers.protocols.length === 1 && clients.protocols.length === 1, "a connection");
          const server = servers.only;
          clients.only.transport.write("before");
          await until(() => server.text === "before");
          act((clients.only.transport as unknown as TLSMemoryBIOProtocol).transport as HalfCloseableTransport);
          await until(() => server.lost !== undefined, "the server to be lost");
          assert.match(codeOf(server)!, code);
          assert.equal(server.text, "before");
          clients.only.transport.abortConnection();
          await until(() => clients.only.lost !== undefined, "the client to be lost");
        });
      }
    });

    test("loseConnection, is told to the peer in TLS: both ends end cleanly", async () => {
      await connected({}, async (ends) => {
        await handshaken(ends);
        ends.client.transport.write("the end");
        ends.client.transport.loseConnection();
        await bothLost(ends);
        assert.equal(ends.server.text, "the end");
        assert.deepEqual([ends.server.reason, ends.client.reason], ["ConnectionDone", "ConnectionDone"]);
      });
    });

    test("loseConnection, in the handshake without anything to say, does not wait for it", async () => {
      await plainClient(async (server) => {
        server.transport.loseConnection();
        await until(() => server.lost !== undefined, "the server to be lost");
        assert.equal(server.reason, "ConnectionDone");
      });
    });

    test("loseConnection, waits for a peer that does not answer no longer than closeTimeout", async () => {
      await connected(
        {},
        async (ends) => {
          await handshaken(ends);
          ends.client.transport.pauseProducing();
          ends.server.transport.loseConnection();
          await until(() => ends.server.lost !== undefined, "the server to be lost");
          assert.equal(ends.server.reason, "ConnectionDone");
          assert.equal(ends.client.lost, undefined);
          ends.client.transport.resumeProducing();
          await bothLost(ends);
        },
        { closeTimeout: 0.02 },
      );
    });

    test("a paused end, learns of everything when it is resumed: bytes first, then the end", async () => {
      await connected({}, async (ends) => {
        await handshaken(ends);
        const { server, client } = ends;
        server.transport.pauseProducing();
        client.transport.write("first");
        client.transport.loseConnection();
        for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
        assert.deepEqual([server.text, server.lost], ["", undefined]);
        server.transport.resumeProducing();
        await bothLost(ends);
        assert.deepEqual([server.text, server.reason], ["first", "ConnectionDone"]);
      });
    });

    test("sendFile, goes out in TLS, in order with what is written, and as fast as the peer takes it", async () => {
      const path = join(mkdtempSync(join(tmpdir(), "hawser-")), "file");
      const bytes = randomBytes(3_000_000);
      writeFileSync(path, bytes);
      const fd = openSync(path, "r");
      await connected({}, async (ends) => {
        const { server, client } = ends;
        server.transport.pauseProducing();
        client.transport.write("before");
        let sent: number | undefined;
        const transport = client.transport;
        transport.sendFile(fd).addCallback((count) => (sent = count));
        client.transport.write("between");
        transport.sendFile(fd, { offset: 10, length: 5 }).addErrback(() => assert.fail("it is long enough"));
        client.transport.write("after");
        client.transport.loseConnection();
        await until(() => server.events.includes("handshake"), "the handshake");
        server.transport.resumeProducing();
        await bothLost(ends);
        assert.equal(sent, bytes.length);
        const all = [
          Buffer.from("before"),
          bytes,
          Buffer.from("between"),
          bytes.subarray(10, 15),
          Buffer.from("after"),
        ];
        assert.ok(server.received.equals(Buffer.concat(all)));
        assert.deepEqual([server.reason, client.reason], ["ConnectionDone", "ConnectionDone"]);
      });
      closeSync(fd);
      rmSync(dirname(path), { recursive: true });
    });

    test(
      "renegotiation, which TLS 1.2 knows, is refused to a client that asks for it, by name",
      { skip: lacks.realPorts ?? false },
      async () => {
        await running(makeReactor, async (reactor) => {
          const servers = new RecordingFactory((p) => (p.onData = () => p.transport.write("answer")), SecureRecorder);
          const options = { interface: HOST, ...secure };
          const port = await listening(() =>
            reactor.listenSSL(0, servers, serverContext({ maxVersion: "TLSv1.2" }), options),
          );
          const { authority } = testCertificates();
          const client = nodeConnect({
            host: HOST,
            port: numberOf(port),
            servername: "localhost",
            ca: authority.certificate,
          });
          let answer = "";
          client.on("data", (data) => (answer += String(data)));
          client.write("question");
          await until(() => answer === "answer", "the first answer");
          let refusal: NodeJS.ErrnoException | null | undefined;
          client.on("error", (error) => (refusal = error));
          client.renegotiate({}, (error) => (refusal ??= error));
          await until(() => refusal !== undefined && servers.only.lost !== undefined, "the refusal");
          assert.equal(refusal?.code, "ERR_SSL_NO_RENEGOTIATION");
          // It is the client who cannot live with that, and says so.
          assert.deepEqual([servers.only.text, codeOf(servers.only)], ["question", "ERR_TLS_ALERT"]);
          client.destroy();
        });
      },
    );

    test("startTLS, in the middle of a stream on both sides, loses nothing", async () => {
      await startTLSOver(makeReactor, secure, async ({ server, client }) => {
        client.sendLine("HELLO");
        client.sendLine("STARTTLS");
        await until(() => client.lines.includes("secured: done"), "the answer over TLS");
        assert.deepEqual(server.lines, ["HELLO", "STARTTLS", "over TLS"]);
        assert.deepEqual(client.lines, ["plain: hello", "plain: go ahead", "secured: done"]);
        assert.equal(server.transport.getTLSVersion(), "TLSv1.3");
        client.transport.loseConnection();
        await until(() => server.lost !== undefined && client.lost !== undefined, "both ends to be lost");
        assert.deepEqual([server.lost, client.lost], ["ConnectionDone", "ConnectionDone"]);
      });
    });

    test("startTLS, lines that came with the request in plain text are never taken for lines over TLS", async () => {
      await startTLSOver(makeReactor, secure, async ({ server, client }) => {
        client.transport.write("STARTTLS\r\nDELETE EVERYTHING\r\n");
        await until(() => server.lost !== undefined && client.lost !== undefined, "both ends to be lost");
        assert.deepEqual(server.lines, ["STARTTLS"]);
        assert.equal(server.lost, "NotTLSError");
      });
    });

    test("startTLS, lines that came with the answer in plain text are never taken for lines over TLS", async () => {
      await startTLSOver(
        makeReactor,
        secure,
        async ({ server, client }) => {
          client.sendLine("STARTTLS");
          await until(() => server.lost !== undefined && client.lost !== undefined, "both ends to be lost");
          assert.deepEqual(client.lines, ["plain: go ahead"]);
          assert.equal(client.lost, "NotTLSError");
        },
        "plain: injected\r\n",
      );
    });

    test("startTLS, a client that begins with TLS before it is told to is understood", async () => {
      await running(makeReactor, async (reactor) => {
        const servers = Factory.forProtocol(LineServer);
        servers.noisy = false;
        const protocols = keep(servers);
        const port = await listening(() => reactor.listenTCP(0, servers, { interface: HOST }));
        const clients = new RecordingClientFactory(undefined, SecureRecorder);
        reactor.connectTCP(HOST, numberOf(port), clients);
        await until(() => protocols.length === 1 && clients.protocols.length === 1, "a connection");
        protocols[0]!.secure = secure;
        protocols[0]!.isSilent = true;
        const client = clients.only as SecureRecorder;
        client.transport.write("STARTTLS\r\n");
        client.tls.startTLS(clientContext(), secure);
        client.transport.write("over TLS\r\n");
        await until(() => client.text.includes("secured: done"), "the answer over TLS");
        assert.deepEqual(protocols[0]!.lines, ["STARTTLS", "over TLS"]);
      });
    });

    test("startTLS, is refused for what is no context factory, and where the connection is not open both ways", async () => {
      await plainClient(async (_, client) => {
        const tls = client.transport as unknown as TLSTransport;
        for (const bad of [undefined, null, {}, "context"]) {
          assert.throws(() => tls.startTLS(bad as never), TypeError);
        }
        assert.throws(() => tls.startTLS(clientContext(), { isClient: false }), /no certificate/);
        client.transport.loseConnection();
        assert.throws(() => tls.startTLS(clientContext()), /the connection is (closing|disconnecting)/);
      });
    });

    test("startTLS, again inside of TLS, is TLS in TLS", async () => {
      await connected({}, async (ends) => {
        await handshaken(ends);
        const { server, client } = ends;
        server.tls.startTLS(serverContext(), secure);
        client.tls.startTLS(clientContext({ maxVersion: "TLSv1.2" }), secure);
        client.transport.write("twice");
        await until(() => server.text === "twice");
        assert.equal(server.tls.getTLSVersion(), "TLSv1.2");
        server.transport.loseConnection();
        await bothLost(ends);
        assert.deepEqual([server.reason, client.reason], ["ConnectionDone", "ConnectionDone"]);
      });
    });

    test("listenSSL and connectSSL, are refused for contexts that cannot be used, before anything is opened", () => {
      const reactor = makeReactor();
      const servers = new RecordingFactory();
      const clients = new RecordingClientFactory();
      assert.throws(() => reactor.listenSSL(0, servers, clientContext()), /no certificate/);
      assert.throws(() => reactor.listenSSL(0, servers, {} as never), TypeError);
      assert.throws(() => reactor.connectSSL(HOST, 1, clients, undefined as never), TypeError);
      const noCiphers = serverContext({ ciphers: "NO-SUCH-CIPHER", maxVersion: "TLSv1.2" });
      assert.throws(() => reactor.listenSSL(0, servers, noCiphers), /Cannot use the TLS context/);
    });

    test("a half-closed TLS connection, goes on in the other direction", async () => {
      await running(makeReactor, async (reactor) => {
        const servers = new RecordingFactory((p) => (p.onData = () => {}), HalfClosingRecorder);
        const clients = new RecordingClientFactory(undefined, HalfClosingRecorder);
        const port = await listening(() =>
          reactor.listenSSL(0, servers, serverContext(), { interface: HOST, ...secure }),
        );
        reactor.connectSSL(HOST, numberOf(port), clients, clientContext(), secure);
        await until(() => servers.protocols.length === 1 && clients.protocols.length === 1, "a connection");
        clients.only.transport.write("question");
        clients.only.transport.loseWriteConnection();
        await until(() => servers.only.events.includes("read lost"), "the server to see the end");
        servers.only.transport.write("answer");
        await until(() => clients.only.text === "answer");
        servers.only.transport.loseConnection();
        await until(() => servers.only.lost !== undefined && clients.only.lost !== undefined, "both ends to be lost");
        assert.deepEqual([servers.only.reason, clients.only.reason], ["ConnectionDone", "ConnectionDone"]);
      });
    });
  });
}
