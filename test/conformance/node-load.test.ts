/** The node reactor under load. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { loadConformance } from "./load.ts";

loadConformance("node", () => new NodeReactor());
