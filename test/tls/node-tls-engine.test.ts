import { NodeTLSEngineFactory } from "../../src/tls/node-tls-engine.ts";
import { tlsEngineConformance } from "../conformance/tls-engine.ts";

tlsEngineConformance(new NodeTLSEngineFactory());
