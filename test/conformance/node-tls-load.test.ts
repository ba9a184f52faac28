/** TLS over the node reactor under load. */
import { NodeReactor } from "../../src/reactor/node/node-reactor.ts";
import "../support/quiet-logs.ts";
import { available } from "../../src/tls/engine-choice.ts";
import { tlsLoadConformance } from "./tls-load.ts";

for (const engine of available()) {
  tlsLoadConformance(`node, ${engine} engine`, () => new NodeReactor(), { engine }, 3_000);
}
