/** TLS over the epoll reactor under load. */
import { test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { available } from "../../src/tls/engine-choice.ts";
import { tlsLoadConformance } from "./tls-load.ts";

if (loadNativeCore() === null) {
  test("epoll reactor, TLS load", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  for (const engine of available()) {
    const cycles = engine === "native" ? 20_000 : 3_000;
    tlsLoadConformance(`epoll, ${engine} engine`, () => new EpollReactor(), { engine }, cycles);
  }
}
