/** SOCKS servers. The negotiation is a machine in `wire/`; here is what comes of it: connections, ports, associations. */
import type { DelayedCallLike } from "../clock/reactor-time.ts";
import type { Deferred } from "../deferred/deferred.ts";
import type { Failure } from "../deferred/failure.ts";
import { maybeDeferred } from "../deferred/maybe-deferred.ts";
import { resolveFirst } from "../endpoint/resolve-first.ts";
import { HostnameEndpoint } from "../endpoint/hostname.ts";
import { RemoteProtocolError } from "../errors.ts";
import { Logger } from "../logger/logger.ts";
import { Factory } from "../protocol/factory.ts";
import { RelayProtocol } from "../protocol/relay-protocol.ts";
import type { Address } from "../transport/address.ts";
import {
  ConnectionRefusedError,
  DNSLookupError,
  NoRouteError,
  TCPTimedOutError,
  TimeoutError,
} from "../transport/errors.ts";
import type { ListeningPort, UDPTransport } from "../transport/transport.ts";
import { GuardedResolver } from "./guarded-resolver.ts";
import type { SOCKSOptions, SOCKSReactor } from "./socks-options.ts";
import { UDPAssociation } from "./udp-association.ts";
import type { SOCKSOutcome } from "./wire/outcome.ts";
import { ANONYMOUS, CREDENTIALS, SOCKSServerMachine } from "./wire/server-machine.ts";
import type { SOCKSCommand, ServerAnswer, ServerEvent } from "./wire/server-machine.ts";
import type { SOCKSAddress } from "./wire/socks-address.ts";
import { isSpecialAddress } from "./wire/special-addresses.ts";

const log = new Logger({ namespace: "hawser.socks" });

const MAX_CONNECTIONS = 1000;
const MAX_ASSOCIATION_PEERS = 256;
const NEGOTIATION_TIMEOUT = 30;
const CONNECT_TIMEOUT = 30;
const BIND_TIMEOUT = 120;
const ALL_COMMANDS: readonly SOCKSCommand[] = ["connect", "bind", "udp associate"];

interface Request extends SOCKSAddress {
  readonly version: 4 | 5;
  readonly command: SOCKSCommand;
}

/** The other end of what a client has asked for. */
class SOCKSOutgoing extends RelayProtocol {
  readonly #made: (protocol: SOCKSOutgoing) => void;

  constructor(made: (protocol: SOCKSOutgoing) => void) {
    super();
    this.#made = made;
  }

  override connectionMade(): void {
    this.#made(this);
  }
}

/** A client's connection to a SOCKS server. A `SOCKSFactory` makes it. */
export class SOCKSProtocol extends RelayProtocol {
  declare factory: SOCKSFactory;
  readonly #machine: SOCKSServerMachine;
  /** `"opening"`: the client waits for an answer, and is not read. */
  #state: "negotiating" | "opening" | "relaying" | "associated" | "over" = "negotiating";
  #username = "";
  #timer: DelayedCallLike | undefined = undefined;
  /** What is under way for the client, and ends with it. */
  #pending: { cancel(): void } | undefined = undefined;
  #port: ListeningPort | UDPTransport | undefined = undefined;

  constructor(versions: readonly (4 | 5)[]) {
    super();
    this.#machine = new SOCKSServerMachine({ versions });
  }

  override connectionMade(): void {
    const { negotiationTimeout = NEGOTIATION_TIMEOUT } = this.factory.options;
    this.#wait(negotiationTimeout, () => this.transport.abortConnection());
  }

  override dataReceived(data: Buffer): void {
    if (this.#state === "relaying") super.dataReceived(data);
    else if (this.#state === "negotiating") {
      this.#machine.receive(data);
      this.#negotiate();
    }
    // What comes in an association means nothing, and whoever is over is not heard.
  }

  override connectionLost(reason: Failure): void {
    this.factory.forget(this);
    this.#state = "over";
    this.#stopWaiting();
    this.#closePort();
    this.#pending?.cancel();
    super.connectionLost(reason);
  }

  #negotiate(): void {
    try {
      for (let event = this.#next(); event !== "needData"; event = this.#next()) this.#dealWith(event);
    } catch (error) {
      if (!(error instanceof RemoteProtocolError)) throw error;
      log.info("Closed a connection from {client}: {reason}", {
        client: this.transport.getPeer().toString(),
        reason: error.message,
      });
      this.#close();
    }
  }

  #next(): ServerEvent | "needData" {
    return this.#state === "negotiating" ? this.#machine.nextEvent() : "needData";
  }

  #dealWith(event: ServerEvent): void {
    switch (event.type) {
      case "methods":
        return this.#chooseMethod(event.methods);
      case "credentials":
        return this.#check(event.username, event.password, (accepted) => {
          this.#answer({ type: "credentials checked", accepted });
          if (!accepted) this.#close();
        });
      case "unreadable request":
        this.#stopWaiting();
        return this.#refuse(event.outcome);
      case "request": {
        this.#stopWaiting();
        const { command, host, port, userID } = event;
        const version = this.#machine.version;
        const { commands = ALL_COMMANDS } = this.factory.options;
        if (command === undefined || !commands.includes(command)) return this.#refuse("command not supported");
        if (version === 5) return this.#begin({ version, command, host, port });
        return this.#check(userID, "", (accepted) => {
          if (accepted) this.#begin({ version, command, host, port });
          else this.#refuse("not allowed");
        });
      }
      default:
        return event satisfies never;
    }
  }

  #chooseMethod(offered: readonly number[]): void {
    const { authenticate, anonymous = authenticate === undefined } = this.factory.options;
    const taken = [...(authenticate === undefined ? [] : [CREDENTIALS]), ...(anonymous ? [ANONYMOUS] : [])];
    const method = taken.find((wanted) => offered.includes(wanted));
    this.#answer({ type: "method", method });
    if (method === undefined) this.#close();
  }

  /** Asks whether a user is let in; meanwhile, the client is not read. */
  #check(username: string, password: string, then: (accepted: boolean) => void): void {
    const { authenticate, anonymous = authenticate === undefined } = this.factory.options;
    this.#username = username;
    this.#state = "opening";
    this.transport.pauseProducing();
    const isLetIn = (): boolean | PromiseLike<boolean> =>
      authenticate === undefined || (anonymous && username === "") ? true : authenticate(username, password);
    maybeDeferred(isLetIn)
      .addErrback((failure) => {
        log.failure("Checking who a client is has failed; it is refused", failure);
        return false;
      })
      .addCallback((accepted) => {
        if (this.#state !== "opening") return;
        this.#state = "negotiating";
        then(accepted);
        if (this.#state !== "negotiating") return;
        this.transport.resumeProducing();
        this.#negotiate();
      });
  }

  #begin(request: Request): void {
    this.#state = "opening";
    this.transport.pauseProducing();
    switch (request.command) {
      case "connect":
        return this.#connect(request);
      case "bind":
        return this.#bind(request);
      case "udp associate":
        return this.#associate(request);
      default:
        return request.command satisfies never;
    }
  }

  #connect(request: Request): void {
    const { reactor, options } = this.factory;
    const nameResolver = this.#resolverFor(request);
    const guarded = {
      nameResolver,
      connectTCP: reactor.connectTCP.bind(reactor),
      listenTCP: reactor.listenTCP.bind(reactor),
      seconds: () => reactor.seconds(),
      callLater: reactor.callLater.bind(reactor),
      getDelayedCalls: () => reactor.getDelayedCalls(),
    };
    const { connectTimeout: timeout = CONNECT_TIMEOUT } = options;
    const factory = new OutgoingFactory((outgoing) => {
      this.#relay(outgoing, request.version === 4 ? outgoing.transport.getPeer() : outgoing.transport.getHost());
    });
    const connecting = new HostnameEndpoint(guarded, request.host, request.port, { timeout }).connect(factory);
    this.#follow(connecting, nameResolver);
  }

  #bind(request: Request): void {
    const { reactor, options } = this.factory;
    const nameResolver = this.#resolverFor(request);
    const lookup = resolveFirst(nameResolver, request.host, { port: request.port });
    this.#wait(options.connectTimeout ?? CONNECT_TIMEOUT, () => {
      this.#refuse("host unreachable");
      lookup.cancel();
    });
    const found = lookup.addCallback((expected) => {
      this.#stopWaiting();
      const factory = new OutgoingFactory((outgoing) => {
        const peer = outgoing.transport.getPeer();
        // Another one may have been waiting to be accepted.
        if (this.#state !== "opening") return outgoing.transport.abortConnection();
        this.#closePort();
        this.#stopWaiting();
        if (hostOf(peer) === expected.host || isUnspecified(expected.host)) return this.#relay(outgoing, peer);
        outgoing.transport.abortConnection();
        return this.#refuse("not allowed");
      });
      this.#port = reactor.listenTCP(0, factory, { interface: hostOf(this.transport.getHost()), backlog: 1 });
      return this.#port.whenListening().addCallback((port) => {
        if (this.#state !== "opening" || this.#port === undefined) return;
        this.#answer({ type: "reply", outcome: "succeeded", address: placeOf(port.getHost()) });
        this.#wait(options.bindTimeout ?? BIND_TIMEOUT, () => this.#refuse("time to live expired"));
      });
    });
    this.#follow(found, nameResolver);
  }

  #associate(request: Request): void {
    const { reactor, options } = this.factory;
    const clientHost = hostOf(this.transport.getPeer());
    const association = new UDPAssociation({
      clientHost,
      // Whoever does not know it says zero; those behind a translator know a wrong one, but then the address is wrong as well.
      clientPort: request.host === clientHost ? request.port : 0,
      resolverFor: (host, port) => this.#resolverFor({ ...request, host, port }),
      maxPeers: options.maxAssociationPeers ?? MAX_ASSOCIATION_PEERS,
    });
    const opened = maybeDeferred(() => {
      this.#port = reactor.listenUDP(0, association, {
        interface: hostOf(this.transport.getHost()),
        maxPacketSize: 65_535,
      });
      return this.#port.whenListening();
    }).addCallback((port) => {
      if (this.#state !== "opening") return;
      this.#state = "associated";
      this.#answer({ type: "reply", outcome: "succeeded", address: placeOf(port.getHost()) });
      this.transport.resumeProducing();
    });
    this.#follow(opened, undefined);
  }

  /** The client is connected. */
  #relay(outgoing: SOCKSOutgoing, address: Address): void {
    if (this.#state !== "opening") {
      outgoing.transport.abortConnection();
      return;
    }
    this.#pending = undefined;
    this.#state = "relaying";
    this.#answer({ type: "reply", outcome: "succeeded", address: placeOf(address) });
    this.joinPeer(outgoing);
    const rest = this.#machine.takeRest();
    if (rest.length > 0) outgoing.transport.write(rest);
    this.transport.resumeProducing();
  }

  /** Waits for what is under way, and refuses the request where that fails. */
  #follow(pending: Deferred<unknown>, resolver: GuardedResolver | undefined): void {
    this.#pending = pending;
    pending.addErrback((failure) => {
      if (this.#state !== "opening") return;
      this.#refuse(resolver?.hasRefused === true ? "not allowed" : outcomeOf(failure));
    });
  }

  #resolverFor({ version, command, host, port }: Request): GuardedResolver {
    const { allows, allowPrivate = false } = this.factory.options;
    const [username, client] = [this.#username, this.transport.getPeer()];
    return new GuardedResolver(this.factory.reactor.nameResolver, (address) => {
      if (!allowPrivate && isSpecialAddress(address)) return false;
      return allows === undefined || allows({ version, command, host, port, address, username, client });
    });
  }

  #refuse(outcome: SOCKSOutcome): void {
    if (this.#state === "over") return;
    this.#closePort();
    this.#answer({ type: "reply", outcome });
    this.#close();
  }

  #close(): void {
    this.#state = "over";
    this.#stopWaiting();
    this.transport.loseConnection();
  }

  #answer(answer: ServerAnswer): void {
    this.transport.write(this.#machine.send(answer));
  }

  #closePort(): void {
    const port = this.#port;
    this.#port = undefined;
    void port?.stopListening();
  }

  #wait(seconds: number, then: () => void): void {
    this.#timer = this.factory.reactor.callLater(seconds, () => {
      this.#timer = undefined;
      then();
    });
  }

  #stopWaiting(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}

class OutgoingFactory extends Factory<SOCKSOutgoing> {
  override noisy = false;
  readonly #made: (protocol: SOCKSOutgoing) => void;

  constructor(made: (protocol: SOCKSOutgoing) => void) {
    super();
    this.#made = made;
  }

  override buildProtocol(_address: Address): SOCKSOutgoing {
    return new SOCKSOutgoing(this.#made);
  }
}

/**
 * Makes SOCKS servers, for version 4, 4a and 5: clients choose.
 *
 * Addresses that are not for everybody, such as those of this host and of private networks, are refused unless `allowPrivate` is set: a server that is
 * reachable for strangers would let them in otherwise.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * const reactor = new MemoryReactor();
 * reactor.listenTCP(1080, new SOCKSFactory(reactor, {
 *   authenticate: (username, password) => username === "ada" && password === "secret",
 *   allows: ({ port }) => port === 80 || port === 443,
 * }));
 */
export class SOCKSFactory extends Factory<SOCKSProtocol> {
  readonly reactor: SOCKSReactor;
  readonly options: SOCKSOptions;
  /** The versions that are spoken. */
  readonly versions: readonly (4 | 5)[] = [4, 5];
  readonly #protocols: Set<SOCKSProtocol> = new Set();

  constructor(reactor: SOCKSReactor, options: SOCKSOptions = {}) {
    super();
    this.reactor = reactor;
    this.options = options;
  }

  /** How many connections there are. */
  get connectionCount(): number {
    return this.#protocols.size;
  }

  /** Answers `null` where there are as many connections as there may be. */
  override buildProtocol(_address: Address): SOCKSProtocol | null {
    if (this.#protocols.size >= (this.options.maxConnections ?? MAX_CONNECTIONS)) return null;
    const protocol = this.makeProtocol();
    protocol.factory = this;
    this.#protocols.add(protocol);
    return protocol;
  }

  protected makeProtocol(): SOCKSProtocol {
    return new SOCKSProtocol(this.versions);
  }

  /** @internal */
  forget(protocol: SOCKSProtocol): void {
    this.#protocols.delete(protocol);
  }
}

/** A client's connection to a server of version 4 and 4a. */
export class SOCKSv4 extends SOCKSProtocol {
  constructor() {
    super([4]);
  }
}

/**
 * Makes servers for version 4 and 4a alone.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * const reactor = new MemoryReactor();
 * reactor.listenTCP(1080, new SOCKSv4Factory(reactor));
 */
export class SOCKSv4Factory extends SOCKSFactory {
  override readonly versions: readonly (4 | 5)[] = [4];

  protected override makeProtocol(): SOCKSProtocol {
    return new SOCKSv4();
  }
}

/** A client's connection to a server of version 5. */
export class SOCKSv5 extends SOCKSProtocol {
  constructor() {
    super([5]);
  }
}

/**
 * Makes servers for version 5 alone.
 *
 * @example
 * import { MemoryReactor } from "hawser/testing";
 * const reactor = new MemoryReactor();
 * reactor.listenTCP(1080, new SOCKSv5Factory(reactor));
 */
export class SOCKSv5Factory extends SOCKSFactory {
  override readonly versions: readonly (4 | 5)[] = [5];

  protected override makeProtocol(): SOCKSProtocol {
    return new SOCKSv5();
  }
}

function outcomeOf(failure: Failure): SOCKSOutcome {
  if (failure.check(ConnectionRefusedError) !== null) return "connection refused";
  if (failure.check(NoRouteError) !== null) return "network unreachable";
  if (failure.check(TimeoutError, TCPTimedOutError, DNSLookupError) !== null) return "host unreachable";
  return "failed";
}

function hostOf(address: Address): string {
  return "host" in address ? address.host : "";
}

function placeOf(address: Address): SOCKSAddress {
  return "host" in address ? { host: address.host, port: address.port } : { host: "0.0.0.0", port: 0 };
}

function isUnspecified(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}
