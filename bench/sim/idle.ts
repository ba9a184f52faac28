/** A host with nothing to do for an hour but to wait. */
import { SimulatedNetwork } from "../../src/sim/simulated-network.ts";
import { report } from "../lib/measure.ts";
import { processorSeconds } from "./processor-time.ts";

const net = new SimulatedNetwork({ seed: 1 });
net.host("a").spawn(({ reactor }) => void reactor.callLater(7200, () => {}));
await net.run({ for: 1 });
report({ seconds: await processorSeconds(() => net.run({ for: 3600 })) });
