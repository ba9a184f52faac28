/** Which engine does the cryptography: what the caller named, else the environment variable `HAWSER_TLS`, else the best that loads. */
import { loadNativeTLSEngine } from "./native-engine.ts";
import { NodeTLSEngineFactory } from "./node-tls-engine.ts";
import type { TLSEngineFactory } from "./tls-engine.ts";

type EngineName = TLSEngineFactory["name"];

/** Makes the factory of an engine; `null` where it does not load. The best comes first. */
const ENGINES: ReadonlyMap<EngineName, () => TLSEngineFactory | null> = new Map<
  EngineName,
  () => TLSEngineFactory | null
>([
  ["native", loadNativeTLSEngine],
  ["node", (): TLSEngineFactory => new NodeTLSEngineFactory()],
]);

const loaded = new Map<EngineName, TLSEngineFactory | null>();

/** The engine called `name`, or the best one. Throws a `RangeError` where there is no such engine, or it does not load. */
export function chooseEngine(name: EngineName | undefined = named()): TLSEngineFactory {
  for (const candidate of name === undefined ? ENGINES.keys() : [name]) {
    const engine = load(candidate);
    if (engine !== null) return engine;
  }
  throw new RangeError(
    `Cannot use the TLS engine "${name}": it does not load, expected one of ${available().join(", ")}`,
  );
}

/** The engines that load. */
export function available(): readonly EngineName[] {
  return [...ENGINES.keys()].filter((name) => load(name) !== null);
}

function named(): EngineName | undefined {
  const name = process.env["HAWSER_TLS"];
  return name === undefined || name === "" ? undefined : (name as EngineName);
}

function load(name: EngineName): TLSEngineFactory | null {
  let engine = loaded.get(name);
  if (engine === undefined) {
    engine = ENGINES.get(name)?.() ?? null;
    loaded.set(name, engine);
  }
  return engine;
}
