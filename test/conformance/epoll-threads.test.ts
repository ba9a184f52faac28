/** Threads on the epoll reactor. */
import { test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { threadConformance } from "./threads.ts";

if (loadNativeCore() === null) {
  test("threads on the epoll reactor", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  threadConformance("epoll", () => new EpollReactor());
}
