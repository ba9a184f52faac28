import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientFactory, Factory } from "../../src/protocol/factory.ts";
import { Protocol } from "../../src/protocol/protocol.ts";
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";

test("a fault of a link is over when its time is", async () => {
  const net = new SimulatedNetwork({
    faults: [
      { kind: "link", at: 0, for: 1, between: ["client", "server"], set: { loss: 1, latency: 3 } },
      { kind: "link", at: 0.5, for: 1.5, between: ["client", "server"], set: { loss: 0.5 } },
    ],
  });
  net.host("server").spawn(({ reactor }) => void reactor.listenTCP(7, Factory.forProtocol(Protocol)));
  let connectedAfter = 0;
  net.host("client").spawn(({ reactor }) => {
    class Client extends Protocol {
      override connectionMade(): void {
        connectedAfter = net.seconds() - 10;
      }
    }
    reactor.callLater(10, () => reactor.connectTCP("server", 7, ClientFactory.forProtocol(Client)));
  });
  await net.run({ until: () => connectedAfter > 0 });
  assert.ok(connectedAfter < 0.01, `as long as over a good link, not ${connectedAfter} s`);
});
