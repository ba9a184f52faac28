/** What the tests of the epoll reactor share. They skip, and say why, where the native core does not load. */
import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { connect, createServer } from "node:net";
import { EpollReactor } from "../../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../../src/reactor/epoll/native-core.ts";
import type { NativeCore } from "../../../src/reactor/epoll/native-core.ts";
import type { InternetAddress } from "../../../src/transport/address.ts";
import type { ListeningPort } from "../../../src/transport/transport.ts";
import { running, until } from "../../conformance/running.ts";
import { Recorder, RecordingFactory } from "../../conformance/stream-fixtures.ts";

export const HOST = "127.0.0.1";

const loaded = loadNativeCore();

/** To be given to tests as their `skip`. */
export const skip: string | false = loaded === null && `the native core does not load: ${whyNotLoaded()}`;

/** The core; only for tests that are not skipped. */
export const native: NativeCore = loaded as NativeCore;

export function runs<T>(body: (reactor: EpollReactor) => Promise<T>): Promise<T> {
  return running(
    () => new EpollReactor(),
    (reactor) => body(reactor as EpollReactor),
  );
}

export function portOf(port: ListeningPort): number {
  return (port.getHost() as InternetAddress).port;
}

/** A port of ours, and the factory that has its protocols. */
export function listen(
  reactor: EpollReactor,
  setUp: (protocol: Recorder) => void = () => {},
  Class: new () => Recorder = Recorder,
): { port: number; factory: RecordingFactory } {
  const factory = new RecordingFactory(setUp, Class);
  return { port: portOf(reactor.listenTCP(0, factory, { interface: HOST, backlog: 1024 })), factory };
}

/** A connection between a protocol of ours and a socket of Node. */
export async function withPeer(
  reactor: EpollReactor,
  body: (protocol: Recorder, socket: Socket) => Promise<void>,
  setUp: (protocol: Recorder) => void = () => {},
  Class: new () => Recorder = Recorder,
): Promise<void> {
  const { port, factory } = listen(reactor, setUp, Class);
  const socket = connect({ port, host: HOST, allowHalfOpen: true }).on("error", () => {});
  try {
    await until(() => factory.protocols.length === 1, "the connection");
    await body(factory.only, socket);
  } finally {
    socket.destroy();
  }
}

/** A port of Node's that keeps the sockets it is connected to and reads nothing. */
export async function withNodePort(body: (port: number, sockets: Socket[]) => Promise<void>): Promise<void> {
  const sockets: Socket[] = [];
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on("error", () => {}));
  });
  server.listen(0, HOST);
  await once(server, "listening");
  try {
    await body((server.address() as AddressInfo).port, sockets);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
  }
}
