/** What tests of endpoints share: protocols to connect, attempts that end as the test says, and a resolver that answers by hand. */
import { Failure } from "../../src/deferred/failure.ts";
import type {
  HostResolution,
  NameResolver,
  ResolutionOptions,
  ResolutionReceiver,
} from "../../src/endpoint/name-resolver.ts";
import { Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import type { ProtocolLike } from "../../src/protocol/protocol.ts";
import type { MemoryReactor } from "../../src/testing/memory-reactor.ts";
import { StringTransport } from "../../src/testing/string-transport.ts";
import { ConnectionRefusedError } from "../../src/transport/errors.ts";
import { internetAddress } from "../../src/transport/ports.ts";

/** Writes down what it hears. */
export class Listener extends Protocol {
  readonly heard: string[] = [];

  override connectionMade(): void {
    this.heard.push("connectionMade");
  }

  override dataReceived(data: Buffer): void {
    this.heard.push(data.toString());
  }

  override connectionLost(reason: Failure): void {
    this.heard.push(reason.getErrorMessage());
  }
}

export class ListenerFactory extends Factory<Listener> {
  override noisy = false;
  override protocol: new () => Listener = Listener;
}

/** Lets the attempt number `index` connect; answers what the factory built for it. */
export function letConnect(reactor: MemoryReactor, index: number): ProtocolLike | null {
  const { factory, host, port, connector } = reactor.tcpClients[index]!;
  connector.state = "connected";
  const protocol = factory.buildProtocol(internetAddress("TCP", host, port));
  protocol?.makeConnection(new StringTransport());
  return protocol;
}

/** Lets the attempt number `index` fail. */
export function letFail(reactor: MemoryReactor, index: number, error: Error = new ConnectionRefusedError()): void {
  const { factory, connector } = reactor.tcpClients[index]!;
  connector.state = "disconnected";
  factory.clientConnectionFailed(connector, new Failure(error));
}

/** The hosts of all attempts so far. */
export function hostsTried(reactor: MemoryReactor): string[] {
  return reactor.tcpClients.map(({ host }) => host);
}

/** Answers what the test says, when it says so. */
export class ManualResolver implements NameResolver {
  hostName: string | undefined = undefined;
  options: ResolutionOptions = {};
  isCancelled = false;
  #receiver: ResolutionReceiver | undefined = undefined;

  resolveHostName(receiver: ResolutionReceiver, hostName: string, options: ResolutionOptions = {}): HostResolution {
    this.#receiver = receiver;
    this.hostName = hostName;
    this.options = options;
    const resolution: HostResolution = {
      name: hostName,
      cancel: () => {
        this.isCancelled = true;
        this.complete();
      },
    };
    receiver.resolutionBegan(resolution);
    return resolution;
  }

  find(...hosts: string[]): void {
    for (const host of hosts) this.#receiver!.addressResolved(internetAddress("TCP", host, this.options.port ?? 0));
  }

  complete(): void {
    this.#receiver!.resolutionComplete();
  }
}
