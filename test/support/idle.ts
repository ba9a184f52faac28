/** A program that only waits: prints how much processor time that took. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { Factory } from "../../src/protocol/factory.ts";

const SECONDS = 0.5;

const reactor = new NodeReactor();
reactor.listenTCP(0, new Factory(), { interface: "127.0.0.1" });
reactor.callLater(1000, () => {});
reactor.callWhenRunning(() => {
  // The start is over in the next turns.
  setTimeout(() => {
    const start = process.cpuUsage();
    reactor.callLater(SECONDS, () => {
      const { user, system } = process.cpuUsage(start);
      console.log(JSON.stringify({ cpu: (user + system) / 1e6, elapsed: SECONDS }));
      reactor.stop();
    });
  }, 100);
});
await reactor.run();
