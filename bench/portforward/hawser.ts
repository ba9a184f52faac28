/** Forwards a port to the one that its argument says; prints its own. The environment says on which reactor. */
import { reactor } from "hawser";
import { TCP4ClientEndpoint } from "hawser/endpoint";
import { ProxyFactory } from "hawser/portforward";
import type { InternetAddress } from "hawser/transport";

const factory = new ProxyFactory(new TCP4ClientEndpoint(reactor, "127.0.0.1", Number(process.argv[2])));
factory.noisy = false;
const port = reactor.listenTCP(0, factory, { interface: "127.0.0.1", backlog: 8192 });
port.whenListening().addCallback(() => console.log((port.getHost() as InternetAddress).port));
await reactor.run();
