import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo } from "node:net";
import { describe, test } from "node:test";
import { ConnectClientEndpoint, registerConnectEndpoints } from "../../src/connect-proxy/connect-client-endpoint.ts";
import { clientFromString } from "../../src/endpoint/client-from-string.ts";
import { EndpointDescriptionError } from "../../src/endpoint/errors.ts";
import { TCP4ClientEndpoint, TCP4ServerEndpoint } from "../../src/endpoint/tcp.ts";
import { wrapClientTLS, wrapServerTLS } from "../../src/endpoint/tls.ts";
import { ProxyAuthenticationError, ProxyConnectError } from "../../src/endpoint/tunnel.ts";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore } from "../../src/reactor/epoll/native-core.ts";
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { CertificateOptions } from "../../src/tls/certificate-options.ts";
import { optionsForClientTLS } from "../../src/tls/options-for-client-tls.ts";
import type { InternetAddress } from "../../src/transport/address.ts";
import { running, until } from "../conformance/running.ts";
import { RecordingFactory } from "../conformance/stream-fixtures.ts";
import { authority, signedFor } from "../support/authority.ts";
import "../support/quiet-logs.ts";

const HOST = "127.0.0.1";
const reactors = [["node", () => new NodeReactor()] as const, ["epoll", () => new EpollReactor()] as const].filter(
  ([kind]) => kind === "node" || loadNativeCore() !== null,
);

/** A proxy made of Node's own modules, which wants a password. */
async function withProxy(body: (port: number) => Promise<void>): Promise<void> {
  const server = createServer((_, response) => void response.writeHead(405).end());
  const expected = `Basic ${Buffer.from("ada:secret").toString("base64")}`;
  server.on("connect", (request, socket, head) => {
    socket.on("error", () => {});
    if (request.headers["proxy-authorization"] !== expected) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const port = Number(request.url?.split(":").at(-1));
    const there = connect(port, HOST, () => {
      socket.write("HTTP/1.1 200 Connection Established\r\nVia: test\r\n\r\n");
      there.write(head);
      there.pipe(socket).pipe(there);
    });
    there.on("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  try {
    await body((server.address() as AddressInfo).port);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

for (const [kind, makeReactor] of reactors) {
  describe(`ConnectClientEndpoint, on the ${kind} reactor`, () => {
    test("connects through a proxy of node:http, TLS as well, and says why it cannot", () =>
      withProxy((proxyPort) =>
        running(makeReactor, async (reactor) => {
          const certificate = signedFor(["localhost"]);
          const context = new CertificateOptions({ privateKey: certificate.privateKey, certificate });
          const greeting = (): RecordingFactory =>
            new RecordingFactory((protocol) => {
              protocol.onMade = ({ transport }) => transport.write("welcome ");
              protocol.onData = ({ transport }, data) => transport.write(data);
            });
          const below = new TCP4ServerEndpoint(reactor, 0, { interface: HOST });
          const plain = ((await below.listen(greeting())).getHost() as InternetAddress).port;
          const secure = ((await wrapServerTLS(context, below).listen(greeting())).getHost() as InternetAddress).port;
          const proxy = new TCP4ClientEndpoint(reactor, HOST, proxyPort);
          const by = (port: number, password: string): ConnectClientEndpoint =>
            new ConnectClientEndpoint(reactor, proxy, HOST, port, { username: "ada", password });
          const creator = optionsForClientTLS("localhost", { trustRoot: authority });
          for (const endpoint of [by(plain, "secret"), wrapClientTLS(creator, by(secure, "secret"))]) {
            const client = await endpoint.connect(new RecordingFactory());
            client.transport.write("hello");
            await until(() => client.text === "welcome hello", "the echo");
            client.transport.loseConnection();
            await until(() => client.lost !== undefined, "the end");
          }
          await assert.rejects(
            Promise.resolve(by(plain, "wrong").connect(new RecordingFactory())),
            (error) => error instanceof ProxyAuthenticationError && error.reply.startsWith("407 "),
          );
          await assert.rejects(
            Promise.resolve(by(1, "secret").connect(new RecordingFactory())),
            (error) => error instanceof ProxyConnectError && error.reply === "502 Bad Gateway",
          );
        }),
      ));
  });
}

test("registerConnectEndpoints, makes connect: and httpproxy: known, and unknown again", () => {
  const reactor = new NodeReactor();
  const forget = registerConnectEndpoints();
  const via = "via=tcp\\:192.0.2.1\\:3128";
  try {
    for (const prefix of ["connect", "httpproxy"]) {
      const text = `${prefix}:host=example.com:port=443:${via}:user=ada:password=secret:timeout=5`;
      assert.ok(clientFromString(reactor, text) instanceof ConnectClientEndpoint);
    }
    for (const wrong of [
      "connect:example.com:443",
      `connect:example.com:443:${via}:password=x`,
      `connect:example.com:${via}`,
    ]) {
      assert.throws(() => clientFromString(reactor, wrong), EndpointDescriptionError, wrong);
    }
  } finally {
    forget();
  }
  assert.throws(() => clientFromString(reactor, `connect:example.com:443:${via}`), EndpointDescriptionError);
});
