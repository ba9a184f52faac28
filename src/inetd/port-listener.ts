/** Listeners over ports of the reactor, whose connections have protocols: internal services, and programs that have pipes. */
import { WatchedProtocol } from "../application/watched-factory.ts";
import type { Deferred } from "../deferred/deferred.ts";
import { execute, maybeDeferred, succeed } from "../deferred/maybe-deferred.ts";
import type { ProtocolLike } from "../protocol/protocol.ts";
import type { Address } from "../transport/address.ts";
import type { ListeningPort } from "../transport/transport.ts";
import { wireServices } from "../wire-services/wire-services.ts";
import { peerOf } from "./listener.ts";
import type { Gate, Listener } from "./listener.ts";
import { PipedConnection, PipedProgram } from "./piped-connection.ts";
import { startProgram } from "./start-program.ts";
import type { Surroundings } from "./surroundings.ts";
import type { InetdEntry, InternalEntry, ProgramEntry } from "./wire/inetd-entry.ts";

const PIPES = { 0: "w", 1: "r", 2: "r" } as const;

/** Makes the protocol for a connection that is taken; `ended` is to be called when it is over. */
type ServeConnection = (address: Address, ended: () => void) => ProtocolLike;

/** Connections that this process serves itself. */
export function internalListener(entry: InternalEntry, around: Surroundings, gate: Gate): Listener {
  if (entry.socketType === "dgram") return new DatagramListener(entry, around);
  const factory = wireServices[entry.internal].tcpFactory();
  return new PortListener(entry, around, gate, (address, ended) => {
    const { sessions } = around;
    return new WatchedProtocol<ProtocolLike>(factory.buildProtocol(address)!, {
      connectionMade: (connection) => sessions.connectionMade(connection),
      connectionLost: (connection) => {
        sessions.connectionLost(connection);
        ended();
      },
    });
  });
}

/** Connections that programs serve by pipes. */
export function pipingListener(entry: ProgramEntry, around: Surroundings, gate: Gate): Listener {
  return new PortListener(entry, around, gate, (address, ended) => {
    const protocol = (told: PipedProgram["processEnded"]): PipedProgram => new PipedProgram(told);
    const start = { peer: peerOf(address), childFDs: PIPES, protocol, ended };
    return new WatchedProtocol<ProtocolLike>(
      new PipedConnection(() => startProgram(entry, around, start)),
      around.sessions,
    );
  });
}

/** A port cannot hold connections back: those that may not be taken are closed. */
class PortListener implements Listener {
  readonly #entry: InetdEntry;
  readonly #around: Surroundings;
  readonly #gate: Gate;
  readonly #serve: ServeConnection;
  #port: ListeningPort | undefined = undefined;

  constructor(entry: InetdEntry, around: Surroundings, gate: Gate, serve: ServeConnection) {
    this.#entry = entry;
    this.#around = around;
    this.#gate = gate;
    this.#serve = serve;
  }

  open(port: number): Deferred<Address> {
    const { protocol, address } = this.#entry;
    const { reactor } = this.#around;
    return maybeDeferred(() => {
      this.#port =
        protocol === "unix"
          ? reactor.listenUNIX(address, this, { wantPID: true })
          : reactor.listenTCP(port, this, { interface: interfaceOf(this.#entry) });
      return this.#port.whenListening();
    }).addCallback((opened) => opened.getHost());
  }

  close(): Deferred<unknown> {
    return this.#port?.stopListening() ?? succeed();
  }

  hold(): void {}

  release(): void {}

  doStart(): void {}

  doStop(): void {}

  buildProtocol(address: Address): ProtocolLike | null {
    const peer = peerOf(address);
    if (!this.#gate.admits() || !this.#gate.begin(peer)) return null;
    return this.#serve(address, () => this.#gate.end(peer));
  }
}

/** Datagrams, which this process answers itself: each is done with at once, so there is nothing to be counted. */
class DatagramListener implements Listener {
  readonly #entry: InternalEntry;
  readonly #around: Surroundings;
  #port: ListeningPort | undefined = undefined;

  constructor(entry: InternalEntry, around: Surroundings) {
    this.#entry = entry;
    this.#around = around;
  }

  open(port: number): Deferred<Address> {
    const protocol = wireServices[this.#entry.internal].udpProtocol();
    return execute(() => {
      this.#port = this.#around.reactor.listenUDP(port, protocol, { interface: interfaceOf(this.#entry) });
      return this.#port.getHost();
    });
  }

  close(): Deferred<unknown> {
    return this.#port?.stopListening() ?? succeed();
  }

  hold(): void {}

  release(): void {}
}

function interfaceOf({ address, protocol }: InetdEntry): string {
  return address === "" && protocol.endsWith("6") ? "::" : address;
}
