/** The epoll reactor under load. */
import { test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { loadConformance } from "./load.ts";

if (loadNativeCore() === null) {
  test("epoll reactor, load", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  loadConformance("epoll", () => new EpollReactor());
}
