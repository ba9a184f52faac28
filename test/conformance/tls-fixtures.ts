/** What the suites over TLS share: contexts, and TLS as kinds of streams. */
import { join } from "node:path";
import type { SecureOptions } from "../../src/transport/secure-stream.ts";
import { ContextFactory } from "../../src/tls/context-factory.ts";
import { TLSContext } from "../../src/tls/tls-context.ts";
import type { TLSContextOptions } from "../../src/tls/tls-context.ts";
import { TLSMemoryBIOFactory } from "../../src/tls/tls-memory-bio.ts";
import type { InternetAddress, UNIXAddress } from "../../src/transport/address.ts";
import { testCertificates } from "../support/test-certificates.ts";
import type { StreamKind } from "./streams.ts";

export const HOST = "127.0.0.1";

export function serverContext(options: TLSContextOptions = {}): ContextFactory {
  const { server, authority } = testCertificates();
  return new ContextFactory(
    new TLSContext({
      certificateChain: server.certificate,
      privateKey: server.key,
      trustRoots: [authority.certificate],
      ...options,
    }),
  );
}

export function clientContext(options: TLSContextOptions = {}): ContextFactory {
  const { authority } = testCertificates();
  return new ContextFactory(
    new TLSContext({ trustRoots: [authority.certificate], serverName: "localhost", peerName: "localhost", ...options }),
  );
}

/** TLS over TCP by `listenSSL` and `connectSSL`. */
export function tlsStreams(version: "TLSv1.2" | "TLSv1.3", secure: SecureOptions): StreamKind {
  const server = serverContext({ minVersion: version, maxVersion: version });
  const client = clientContext({ minVersion: version, maxVersion: version });
  return {
    name: `${version} over TCP`,
    resets: true,
    listen: (reactor, factory) => reactor.listenSSL(0, factory, server, { interface: HOST, ...secure }),
    connect: (reactor, port, factory) =>
      reactor.connectSSL(HOST, (port.getHost() as InternetAddress).port, factory, client, secure),
  };
}

let sockets = 0;

/** TLS over UNIX sockets, layered by factories. */
export function tlsUNIXStreams(folder: string, secure: SecureOptions): StreamKind {
  const server = serverContext();
  const client = clientContext();
  return {
    name: "TLS over UNIX",
    resets: false,
    listen: (reactor, factory) => {
      const layered = new TLSMemoryBIOFactory(server, false, factory, { clock: reactor, ...secure });
      return reactor.listenUNIX(join(folder, `tls-${sockets++}`), layered);
    },
    connect: (reactor, port, factory) => {
      const layered = new TLSMemoryBIOFactory(client, true, factory, { clock: reactor, ...secure });
      return reactor.connectUNIX((port.getHost() as UNIXAddress).name ?? "", layered);
    },
  };
}

/** TLS inside of TLS, layered by factories. */
export function nestedTLSStreams(secure: SecureOptions): StreamKind {
  const server = serverContext();
  const client = clientContext();
  return {
    name: "TLS inside of TLS",
    resets: true,
    listen: (reactor, factory) =>
      reactor.listenSSL(0, new TLSMemoryBIOFactory(server, false, factory, { clock: reactor, ...secure }), server, {
        interface: HOST,
        ...secure,
      }),
    connect: (reactor, port, factory) =>
      reactor.connectSSL(
        HOST,
        (port.getHost() as InternetAddress).port,
        new TLSMemoryBIOFactory(client, true, factory, { clock: reactor, ...secure }),
        client,
        secure,
      ),
  };
}
