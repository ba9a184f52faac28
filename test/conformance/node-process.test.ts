/** Child processes on the node reactor. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { processFaultsConformance } from "./process-faults.ts";
import { processConformance } from "./process.ts";

processConformance("node", () => new NodeReactor());
processFaultsConformance("node", () => new NodeReactor());
