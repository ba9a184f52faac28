/** Connecting with `net.connect`: TCP and UNIX. */
import { connect, isIP } from "node:net";
import type { NetConnectOpts, Socket } from "node:net";
import type { ClientFactoryLike } from "../../protocol/factory.ts";
import type { ProtocolLike } from "../../protocol/protocol.ts";
import { HostnameAddress, UNIXAddress } from "../../transport/address.ts";
import type { Address, InternetAddress } from "../../transport/address.ts";
import { BadFileError, ConnectBindError, DNSLookupError } from "../../transport/errors.ts";
import { internetAddress } from "../../transport/ports.ts";
import { isLocked } from "../../deferred/filesystem-lock.ts";
import { BaseConnector } from "../base-connector.ts";
import type { Attempt, AttemptResult } from "../base-connector.ts";
import type { ConnectTCPOptions, ConnectUNIXOptions } from "../reactor.ts";
import type { StreamReactor } from "../stream-reactor.ts";
import { connectionOver, peerOf } from "./socket-connection.ts";

const DEFAULT_TIMEOUT = 30;

export class TCPConnector extends BaseConnector {
  readonly #streamReactor: StreamReactor;
  readonly #host: string;
  readonly #port: number;
  readonly #options: ConnectTCPOptions;

  constructor(
    reactor: StreamReactor,
    destination: { readonly host: string; readonly port: number },
    factory: ClientFactoryLike,
    options: ConnectTCPOptions,
  ) {
    super(reactor, factory, options.timeout ?? DEFAULT_TIMEOUT);
    this.#streamReactor = reactor;
    this.#host = destination.host;
    this.#port = destination.port;
    this.#options = options;
  }

  override getDestination(): Address {
    return isIP(this.#host) === 0
      ? new HostnameAddress(this.#host, this.#port)
      : internetAddress("TCP", this.#host, this.#port);
  }

  protected override attempt(result: AttemptResult): Attempt {
    if (isIP(this.#host) !== 0) return this.#connectTo(this.#host, result);
    let current: Attempt | undefined;
    const found: InternetAddress[] = [];
    const lookup = this.#streamReactor.nameResolver.resolveHostName(
      {
        resolutionBegan: () => {},
        addressResolved: (address) => void found.push(address),
        resolutionComplete: () => {
          if (current === CANCELLED) return;
          const address = found.find((candidate) => !candidate.host.includes(":")) ?? found[0];
          if (address === undefined) result.failed(new DNSLookupError(`No address found for "${this.#host}"`));
          else current = this.#connectTo(address.host, result);
        },
      },
      this.#host,
      { port: this.#port, transportSemantics: "TCP" },
    );
    return {
      cancel: () => {
        const attempt = current;
        current = CANCELLED;
        lookup.cancel();
        attempt?.cancel();
      },
    };
  }

  #connectTo(host: string, result: AttemptResult): Attempt {
    const { bindAddress } = this.#options;
    const options: NetConnectOpts = {
      host,
      port: this.#port,
      ...(bindAddress?.host === undefined ? {} : { localAddress: bindAddress.host }),
      ...(bindAddress?.port === undefined ? {} : { localPort: bindAddress.port }),
    };
    return attemptSocket(options, result, (socket, protocol) =>
      connectionOver(socket, protocol, this, this.#streamReactor.batch),
    );
  }
}

const CANCELLED: Attempt = { cancel: () => {} };

export class UNIXConnector extends BaseConnector {
  readonly #streamReactor: StreamReactor;
  readonly #address: UNIXAddress;
  readonly #checkPID: boolean;

  constructor(reactor: StreamReactor, path: string, factory: ClientFactoryLike, options: ConnectUNIXOptions) {
    super(reactor, factory, options.timeout ?? DEFAULT_TIMEOUT);
    this.#streamReactor = reactor;
    this.#address = new UNIXAddress(path);
    this.#checkPID = options.checkPID ?? false;
  }

  override getDestination(): Address {
    return this.#address;
  }

  protected override attempt(result: AttemptResult): Attempt {
    const path = this.#address.name ?? "";
    if (this.#checkPID && !isLocked(`${path}.lock`)) {
      return failSoon(result, new BadFileError(`Nobody listens on "${path}": its lock file is free`));
    }
    const ends = { host: new UNIXAddress(null), peer: this.#address };
    return attemptSocket({ path }, result, (socket, protocol) =>
      connectionOver(socket, protocol, this, this.#streamReactor.batch, ends),
    );
  }
}

function attemptSocket(
  options: NetConnectOpts,
  result: AttemptResult,
  makeConnection: (socket: Socket, protocol: ProtocolLike) => ReturnType<typeof connectionOver>,
): Attempt {
  let socket: Socket;
  try {
    socket = connect({ ...options, allowHalfOpen: true });
  } catch (error) {
    return failSoon(result, error);
  }
  const failed = (error: Error): void => {
    result.failed((error as { syscall?: string }).syscall === "bind" ? bindError(error) : error);
  };
  socket.once("error", failed);
  socket.once("connect", () => {
    socket.off("error", failed);
    const peer = "path" in options ? new UNIXAddress(options.path) : peerOf(socket);
    result.connected(peer, (protocol) => makeConnection(socket, protocol));
  });
  return {
    cancel: () => {
      socket.removeAllListeners();
      socket.on("error", () => {});
      socket.destroy();
    },
  };
}

function bindError(error: Error): ConnectBindError {
  return new ConnectBindError(error.message, { cause: error });
}

/** An attempt that fails before it has begun. */
function failSoon(result: AttemptResult, error: unknown): Attempt {
  const soon = setImmediate(() => result.failed(error));
  return { cancel: () => clearImmediate(soon) };
}
