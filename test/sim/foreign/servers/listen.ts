/** Listens for a test: its port, when it is open. */
import { Factory } from "../../../../src/protocol/factory.ts";
import type { ProtocolLike } from "../../../../src/protocol/protocol.ts";
import type { InternetAddress } from "../../../../src/transport/address.ts";
import type { Reactor } from "../../../../src/reactor/reactor.ts";

export async function listen(reactor: Reactor, port: number, protocol: new () => ProtocolLike): Promise<number> {
  const factory = Factory.forProtocol(protocol);
  factory.noisy = false;
  const listening = await reactor.listenTCP(port, factory).whenListening();
  return (listening.getHost() as InternetAddress).port;
}
