/** The kinds of stream sockets that a reactor may have. */
import { join } from "node:path";
import type { InternetAddress, UNIXAddress } from "../../src/transport/address.ts";
import type { StreamKind } from "./streams.ts";

export function tcpStreams(host: string): StreamKind {
  return {
    name: `TCP over ${host}`,
    resets: true,
    listen: (reactor, factory) => reactor.listenTCP(0, factory, { interface: host }),
    connect: (reactor, port, factory) => reactor.connectTCP(host, (port.getHost() as InternetAddress).port, factory),
  };
}

let sockets = 0;

export function unixStreams(folder: string): StreamKind {
  return {
    name: "UNIX",
    resets: false,
    listen: (reactor, factory) => reactor.listenUNIX(join(folder, `stream-${sockets++}`), factory),
    connect: (reactor, port, factory) => reactor.connectUNIX((port.getHost() as UNIXAddress).name ?? "", factory),
  };
}
