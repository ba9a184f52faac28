/** The timers of a reactor. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import { work } from "./work.ts";

const reactor = new NodeReactor();

reactor.callLater(0, async () => {
  await work({
    create: (seconds, callback) => reactor.callLater(seconds, callback),
    cancel: (call) => call.cancel(),
    putOff: (call, seconds) => call.reset(seconds),
  });
  reactor.stop();
});
await reactor.run();
