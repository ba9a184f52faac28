/** Forwards a port to any place. Arguments: the port, and the description of a client endpoint, which may go through proxies. */
import { reactor } from "hawser";
import { registerConnectEndpoints } from "hawser/connect-proxy";
import { clientFromString } from "hawser/endpoint";
import { ProxyFactory } from "hawser/portforward";
import { registerSOCKSEndpoints } from "hawser/socks";

registerSOCKSEndpoints();
registerConnectEndpoints();

const there = clientFromString(reactor, process.argv[3] ?? "tcp:127.0.0.1:8000");
const port = reactor.listenTCP(Number(process.argv[2] ?? 8080), new ProxyFactory(there), { interface: "127.0.0.1" });
port.whenListening().addCallback((open) => console.log(`Forwarding from ${open.getHost().toString()}`));
await reactor.run();
