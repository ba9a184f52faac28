/** A connection that begins with AMP, is secured, and then handed over to a protocol that sends back what it gets in capitals. */
import { ClientFactory, Deferred, Factory, Protocol, react, reactor } from "hawser";
import { AMP, StartTLS, protocolSwitchCommand, unicode } from "hawser/amp";
import { TCP4ClientEndpoint, connectProtocol } from "hawser/endpoint";
import { KeyPair } from "hawser/tls";
import type { Responder } from "hawser/amp";
import type { InternetAddress } from "hawser/transport";

const certificate = KeyPair.generate().selfSignedCert(1, { commonName: "upgrade.example" });

class Shouting extends Protocol {
  readonly #ending: string;

  constructor(ending: string) {
    super();
    this.#ending = ending;
  }

  override dataReceived(data: Buffer): void {
    this.transport.write(data.toString().toUpperCase() + this.#ending);
  }
}

const Shout = protocolSwitchCommand("Shout", { arguments: { ending: unicode() } });

class Server extends AMP {
  static override responders: readonly Responder[] = [
    StartTLS.responder(() => ({ tls_localCertificate: certificate })),
    Shout.responder(({ ending }) => new Shouting(ending)),
  ];
}

class Talker extends Protocol {
  readonly heard: Deferred<string> = new Deferred();

  override connectionMade(): void {
    this.transport.write("hello");
  }

  override dataReceived(data: Buffer): void {
    this.heard.callback(data.toString());
    this.transport.loseConnection();
  }
}

await react(async () => {
  const port = await reactor.listenTCP(0, Factory.forProtocol(Server), { interface: "127.0.0.1" }).whenListening();
  const endpoint = new TCP4ClientEndpoint(reactor, "127.0.0.1", (port.getHost() as InternetAddress).port);
  const amp = await connectProtocol(endpoint, new AMP());
  await amp.callRemote(StartTLS, { tls_verifyAuthorities: [certificate] });

  const talker = new Talker();
  class TalkerFactory extends ClientFactory<Talker> {
    override buildProtocol(): Talker {
      return talker;
    }
  }
  await amp.callRemote(Shout, { ending: "!" }, new TalkerFactory());
  console.log(`${amp.peerCertificate?.getSubject().commonName} says: ${await talker.heard}`);
  await port.stopListening();
});
