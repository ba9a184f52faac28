/** Endpoints with TLS, and behind proxies, over real sockets: a suite to be run once for each reactor. */
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { clientFromString } from "../../src/endpoint/client-from-string.ts";
import type { StreamClientEndpoint, StreamServerEndpoint } from "../../src/endpoint/endpoint.ts";
import { proxyEndpoint } from "../../src/endpoint/haproxy.ts";
import { quoteStringArgument } from "../../src/endpoint/parse.ts";
import { serverFromString } from "../../src/endpoint/server-from-string.ts";
import { TCP4ClientEndpoint, TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { SSL4ClientEndpoint, SSL4ServerEndpoint, wrapClientTLS, wrapServerTLS } from "../../src/endpoint/tls.ts";
import { UNIXClientEndpoint, UNIXServerEndpoint } from "../../src/endpoint/unix.ts";
import { formatVersion1 } from "../../src/protocol/haproxy/wire/version-1.ts";
import { formatVersion2 } from "../../src/protocol/haproxy/wire/version-2.ts";
import type { Reactor } from "../../src/reactor/reactor.ts";
import { CertificateStore } from "../../src/tls/certificate-store.ts";
import { Certificate } from "../../src/tls/certificate.ts";
import { optionsForClientTLS } from "../../src/tls/options-for-client-tls.ts";
import { KeyPair, PrivateCertificate } from "../../src/tls/private-certificate.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import type { TLSTransport } from "../../src/transport/transport.ts";
import { running, until } from "../conformance/running.ts";
import type { Recorder } from "../conformance/stream-fixtures.ts";
import { RecordingFactory } from "../conformance/stream-fixtures.ts";
import { authority, signedFor } from "../support/authority.ts";

const HOST = "127.0.0.1";
const tlsOf = (end: Recorder): TLSTransport => end.transport as unknown as TLSTransport;

/** Answers each chunk with the same bytes. */
function echo(): RecordingFactory {
  return new RecordingFactory((protocol) => (protocol.onData = ({ transport }, data) => transport.write(data)));
}

/** Says something, and hangs up when it has the answer. */
function asking(question = "hello"): RecordingFactory {
  return new RecordingFactory((protocol) => {
    protocol.onMade = ({ transport }) => transport.write(question);
    protocol.onData = ({ text, transport }) => {
      if (text === question) transport.loseConnection();
    };
  });
}

export function tlsEndpointSuite(name: string, makeReactor: () => Reactor): void {
  const folder = mkdtempSync(join(tmpdir(), "hawser-"));
  after(() => rmSync(folder, { recursive: true }));
  const server = signedFor(["localhost", HOST]);
  const client = signedFor(["client"]);
  const roots = join(folder, "roots");
  mkdirSync(roots);
  const quoted = (...parts: string[]): string => quoteStringArgument(join(folder, ...parts));
  const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);
  write("roots/authority.pem", authority.dumpChainPEM());
  write("roots/broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  write("roots/README", "nothing");
  write("server.pem", server.dumpPEM());
  write("server.crt", server.dumpChainPEM());
  write("server.key", server.privateKey.dumpPEM());
  write("client.pem", client.dumpPEM());
  const trusting = optionsForClientTLS("localhost", { trustRoot: authority });

  async function portOf(endpoint: StreamServerEndpoint, factory: RecordingFactory): Promise<number> {
    return ((await endpoint.listen(factory)).getHost() as InternetAddress).port;
  }

  /** Talks over TLS, and answers the client's protocol when all is over. */
  async function talk(endpoint: StreamClientEndpoint): Promise<Recorder> {
    const protocol = await endpoint.connect(asking());
    await until(() => protocol.lost !== undefined);
    assert.deepEqual([protocol.text, protocol.reason], ["hello", "ConnectionDone"]);
    return protocol;
  }

  /** The name of the error that a connection ends with before anything is received. */
  async function failing(endpoint: StreamClientEndpoint): Promise<string | undefined> {
    const protocol = await endpoint.connect(asking());
    await until(() => protocol.lost !== undefined);
    assert.equal(protocol.text, "");
    return protocol.reason;
  }

  describe(`${name}: endpoints with TLS`, () => {
    const run = (body: (reactor: Reactor) => Promise<void>) => () => running(makeReactor, body);

    test(
      "SSL4ServerEndpoint and SSL4ClientEndpoint, talk, and know each other",
      run(async (reactor) => {
        const servers = echo();
        const contextFactory = server.options(authority);
        const port = await portOf(new SSL4ServerEndpoint(reactor, 0, contextFactory, { interface: HOST }), servers);
        const creator = optionsForClientTLS("localhost", { trustRoot: authority, clientCertificate: client });
        const protocol = await talk(new SSL4ClientEndpoint(reactor, HOST, port, creator));
        assert.equal(Certificate.peerFromTransport(protocol.transport).getSubject().commonName, "localhost");
        assert.equal(Certificate.peerFromTransport(servers.only.transport).getSubject().commonName, "client");
        const nameless = new SSL4ClientEndpoint(reactor, HOST, port, trusting);
        assert.ok((await failing(nameless)) !== "ConnectionDone");
      }),
    );

    test(
      "optionsForClientTLS, verifies names, addresses and authorities",
      run(async (reactor) => {
        const port = await portOf(new SSL4ServerEndpoint(reactor, 0, server.options(), { interface: HOST }), echo());
        const to = (creator: ReturnType<typeof optionsForClientTLS>): SSL4ClientEndpoint =>
          new SSL4ClientEndpoint(reactor, HOST, port, creator);
        await talk(to(optionsForClientTLS(HOST, { trustRoot: authority })));
        const other = optionsForClientTLS("other.example", { trustRoot: authority });
        assert.equal(await failing(to(other)), "HostnameMismatchError");
        assert.equal(
          await failing(to(optionsForClientTLS("127.0.0.2", { trustRoot: authority }))),
          "HostnameMismatchError",
        );
        assert.equal(await failing(to(optionsForClientTLS("localhost"))), "UnknownAuthorityError");
      }),
    );

    test(
      "KeyPair.selfSignedCert, is trusted by whoever trusts it, of all kinds of keys",
      run(async (reactor) => {
        for (const kind of ["ec", "rsa", "ed25519"] as const) {
          const own = KeyPair.generate({ kind }).selfSignedCert(1, { commonName: "x" }, { names: ["localhost"] });
          const port = await portOf(new SSL4ServerEndpoint(reactor, 0, own.options(), { interface: HOST }), echo());
          await talk(new SSL4ClientEndpoint(reactor, HOST, port, optionsForClientTLS("localhost", { trustRoot: own })));
          const stranger = new SSL4ClientEndpoint(reactor, HOST, port, trusting);
          assert.equal(await failing(stranger), "SelfSignedCertificateError");
        }
      }),
    );

    test(
      "a chain with an authority between is shown and verified",
      run(async (reactor) => {
        const pair = KeyPair.generate();
        const options = { isAuthority: true, pathLength: 0 };
        const between = authority.signRequestObject(pair.requestObject({ commonName: "Between" }), 77, options);
        const leafPair = KeyPair.generate();
        const leaf = PrivateCertificate.fromCertificateAndKeyPair(
          PrivateCertificate.fromCertificateAndKeyPair(between, pair).signRequestObject(
            leafPair.requestObject({ commonName: "leaf" }),
            78,
            { names: ["localhost"] },
          ),
          leafPair,
          [between],
        );
        write("chained.pem", leaf.dumpPEM());
        const text = `ssl:0:privateKey=${quoted("chained.pem")}:interface=${HOST}`;
        const port = await portOf(serverFromString(reactor, text), echo());
        await talk(new SSL4ClientEndpoint(reactor, HOST, port, trusting));
        write("leaf.crt", Certificate.load(leaf.dump()).dumpPEM());
        write("leaf.key", leafPair.dumpPEM());
        write("between.crt", between.dumpPEM());
        const apart = `ssl:0:${quoted("leaf.key")}:${quoted("leaf.crt")}:interface=${HOST}`;
        const withChain = `${apart}:extraCertChain=${quoted("between.crt")}`;
        await talk(
          new SSL4ClientEndpoint(reactor, HOST, await portOf(serverFromString(reactor, withChain), echo()), trusting),
        );
        const without = await portOf(serverFromString(reactor, apart), echo());
        assert.equal(await failing(new SSL4ClientEndpoint(reactor, HOST, without, trusting)), "UnknownAuthorityError");
      }),
    );

    test(
      "wrapServerTLS and wrapClientTLS, over UNIX sockets",
      run(async (reactor) => {
        const path = join(folder, `wrapped-${name}`);
        const contextFactory = server.options();
        const servers = echo();
        const port = await wrapServerTLS(contextFactory, new UNIXServerEndpoint(reactor, path)).listen(servers);
        await talk(wrapClientTLS(trusting, new UNIXClientEndpoint(reactor, path)));
        assert.equal(tlsOf(servers.only).getTLSVersion(), "TLSv1.3");
        await port.stopListening();
      }),
    );

    test(
      "serverFromString and clientFromString, ssl:, with certificates on both sides",
      run(async (reactor) => {
        const servers = echo();
        const files = `privateKey=${quoted("server.key")}:certKey=${quoted("server.crt")}`;
        const text = `ssl:0:${files}:interface=${HOST}:backlog=7:trustRoots=${quoted("roots")}:sslmethod=TLSv1_2_METHOD`;
        const port = await portOf(serverFromString(reactor, text), servers);
        const mine = `certKey=${quoted("client.pem")}:caCertsDir=${quoted("roots")}`;
        await talk(clientFromString(reactor, `ssl:${HOST}:${port}:${mine}:timeout=5:bindAddress=${HOST}`));
        assert.equal(Certificate.peerFromTransport(servers.only.transport).getSubject().commonName, "client");
        await talk(clientFromString(reactor, `ssl:${HOST}:${port}:${mine}:hostname=localhost`));
        const wrong = clientFromString(reactor, `ssl:${HOST}:${port}:${mine}:hostname=other.example`);
        assert.equal(await failing(wrong), "HostnameMismatchError");
      }),
    );

    test(
      "serverFromString and clientFromString, tls:, with files, and through other endpoints",
      run(async (reactor) => {
        const files = `privateKey=${quoted("server.key")}:certKey=${quoted("server.crt")}`;
        const port = await portOf(serverFromString(reactor, `tls:0:${files}:interface=${HOST}`), echo());
        const roots_ = `trustRoots=${quoted("roots")}`;
        await talk(clientFromString(reactor, `tls:localhost:${port}:${roots_}:bindAddress=${HOST}`));
        const through = quoteStringArgument(`tcp:${HOST}:${port}`);
        await talk(clientFromString(reactor, `tls:localhost:${port}:${roots_}:endpoint=${through}`));
        const unix = join(folder, `nested-${name}`);
        const nested = `tls:endpoint=${quoteStringArgument(`unix:${quoteStringArgument(unix)}`)}:certKey=${quoted("server.pem")}`;
        const unixPort = await serverFromString(reactor, nested).listen(echo());
        await talk(wrapClientTLS(trusting, new UNIXClientEndpoint(reactor, unix)));
        await unixPort.stopListening();
      }),
    );

    test(
      "tls: with a folder, chooses by name, and reads again while connections stay",
      run(async (reactor) => {
        const place = `certificates-${name}`;
        mkdirSync(join(folder, place));
        const one = signedFor(["one.example", "*.wild.example"]);
        write(`${place}/one.pem`, one.dumpPEM());
        write(`${place}/two.pem`, signedFor(["two.example"]).dumpPEM());
        const servers = echo();
        const text = `tls:0:${quoted(place)}:interface=${HOST}`;
        const fromString = await portOf(serverFromString(reactor, text), servers);
        // One that looks at each handshake: nobody has to wait for a second to pass.
        const store = CertificateStore.ofDirectory(join(folder, place), { interval: 0 });
        const below = new TCP4ServerEndpoint(reactor, 0, { interface: HOST });
        const impatient = await portOf(wrapServerTLS(store, below), servers);
        let port = fromString;
        const to = (host: string, factory: RecordingFactory) =>
          wrapClientTLS(
            optionsForClientTLS(host, { trustRoot: authority }),
            new TCP4ClientEndpoint(reactor, HOST, port),
          ).connect(factory);
        const talkTo = async (host: string): Promise<bigint> => {
          const protocol = await to(host, asking());
          await until(() => protocol.lost !== undefined);
          assert.equal(protocol.text, "hello", `${host}: ${protocol.reason}`);
          return Certificate.peerFromTransport(protocol.transport).serialNumber();
        };
        for (const host of ["one.example", "a.wild.example", "two.example"]) await talkTo(host);
        port = impatient;
        const staying = await to("two.example", new RecordingFactory());
        staying.transport.write("before");
        await until(() => staying.text === "before");
        const renewed = signedFor(["two.example"]);
        write(`${place}/two.pem`, renewed.dumpPEM());
        assert.equal(await talkTo("two.example"), renewed.serialNumber());
        staying.transport.write(" and after");
        await until(() => staying.text === "before and after");
        staying.transport.loseConnection();
        await until(() => staying.lost !== undefined);
        assert.equal(staying.reason, "ConnectionDone");
      }),
    );
  });

  describe(`${name}: endpoints behind a proxy`, () => {
    const run = (body: (reactor: Reactor) => Promise<void>) => () => running(makeReactor, body);
    const source = { family: "ipv4", transport: "TCP", host: "192.0.2.1", port: 4711 } as const;
    const headers = { "version 1": formatVersion1(source, source), "version 2": formatVersion2(source, source) };

    for (const [version, header] of Object.entries(headers)) {
      test(
        `haproxy:tcp:, a header of ${version}, whole, together with data, and byte by byte`,
        run(async (reactor) => {
          const servers = echo();
          const port = await portOf(serverFromString(reactor, `haproxy:tcp:0:interface=${HOST}`), servers);
          for (const size of [header.length + 5, 1]) {
            const factory = asking();
            const stream = Buffer.concat([header, Buffer.from("hello")]);
            const pieces = Array.from({ length: Math.ceil(stream.length / size) }, (_, index) =>
              stream.subarray(index * size, (index + 1) * size),
            );
            const protocol = await new TCP4ClientEndpoint(reactor, HOST, port).connect(
              new RecordingFactory((recorder) => {
                recorder.onMade = ({ transport }) => transport.setTcpNoDelay(true);
                recorder.onData = ({ text, transport }) => {
                  if (text === "hello") transport.loseConnection();
                };
              }),
            );
            for (const piece of pieces) {
              protocol.transport.write(piece);
              await new Promise((resolve) => setImmediate(resolve));
            }
            await until(() => protocol.lost !== undefined);
            assert.equal(protocol.text, "hello");
            assert.equal(factory.protocols.length, 0);
          }
          for (const { transport } of servers.protocols) {
            assert.equal(String(transport.getPeer()), "IPv4Address(TCP, '192.0.2.1', 4711)");
          }
          assert.equal(servers.protocols.length, 2);
        }),
      );

      test(
        `haproxy:tls: and haproxy:ssl:, a header of ${version} comes before TLS`,
        run(async (reactor) => {
          for (const kind of ["tls", "ssl"]) {
            const servers = echo();
            const text = `haproxy:${kind}:0:privateKey=${quoted("server.pem")}:interface=${HOST}`;
            const port = await portOf(serverFromString(reactor, text), servers);
            const protocol = await new TCP4ClientEndpoint(reactor, HOST, port).connect(
              new RecordingFactory((recorder) => {
                recorder.onMade = ({ transport }) => {
                  transport.write(header);
                  (transport as unknown as TLSTransport).startTLS(trusting);
                  transport.write("hello");
                };
                recorder.onData = ({ transport }) => transport.loseConnection();
              }),
            );
            await until(() => protocol.lost !== undefined && servers.protocols[0]?.lost !== undefined);
            assert.deepEqual([protocol.text, protocol.reason], ["hello", "ConnectionDone"]);
            assert.equal(String(servers.only.transport.getPeer()), "IPv4Address(TCP, '192.0.2.1', 4711)");
          }
        }),
      );
    }

    test(
      "haproxy:unix:, and proxyEndpoint with options: what is no header closes the connection",
      run(async (reactor) => {
        const path = join(folder, `proxied-${name}`);
        const unixPort = await serverFromString(reactor, `haproxy:unix:${quoteStringArgument(path)}`).listen(echo());
        const good = await new UNIXClientEndpoint(reactor, path).connect(new RecordingFactory());
        good.transport.write("PROXY UNKNOWN\r\nhello");
        await until(() => good.text === "hello");
        good.transport.loseConnection();
        await unixPort.stopListening();
        const errors: string[] = [];
        const endpoint = proxyEndpoint(new TCP4ServerEndpoint(reactor, 0, { interface: HOST }), {
          headerFailed: (error) => errors.push(error.name),
          headerTimeout: 0.02,
          clock: reactor,
        });
        const servers = echo();
        const port = await portOf(endpoint, servers);
        for (const text of ["GET / HTTP/1.1\r\n", "", "PROXY "]) {
          const bad = await new TCP4ClientEndpoint(reactor, HOST, port).connect(new RecordingFactory());
          bad.transport.write(text);
          await until(() => bad.lost !== undefined);
          assert.equal(bad.text, "");
        }
        assert.deepEqual(errors, ["InvalidProxyHeaderError", "ProxyHeaderMissingError", "ProxyHeaderMissingError"]);
        assert.equal(servers.protocols.length, 0);
      }),
    );
  });
}
