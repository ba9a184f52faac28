/** The datagram ports of the node reactor under the conformance suite. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { datagramConformance } from "./datagrams.ts";

datagramConformance("node", () => new NodeReactor());
