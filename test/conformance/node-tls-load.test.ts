/** TLS over the node reactor under load. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { tlsLoadConformance } from "./tls-load.ts";

tlsLoadConformance("node, node engine", () => new NodeReactor(), { engine: "node" }, 1_000);
