/** A SOCKS proxy for users who say who they are. Argument: its port, 1080 unless given. */
import { reactor } from "hawser";
import { LimitConnectionsByPeer, TimeoutFactory } from "hawser/policies";
import { SOCKSFactory } from "hawser/socks";

const socks = new SOCKSFactory(reactor, {
  authenticate: (username, password) => username === "ada" && password === "secret",
  allows: ({ command, port }) => command === "connect" && port >= 1024,
  // Without this, a proxy does not let anybody reach its own machine.
  allowPrivate: true,
});
const factory = new TimeoutFactory(new LimitConnectionsByPeer(socks), reactor, { timeoutPeriod: 600 });
const port = reactor.listenTCP(Number(process.argv[2] ?? 1080), factory, { interface: "127.0.0.1" });
port.whenListening().addCallback((open) => console.log(`SOCKS on ${open.getHost().toString()}`));
await reactor.run();
