/** Many child processes on the epoll reactor. */
import { test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { processLoadConformance } from "./process-load.ts";

if (loadNativeCore() === null) {
  test("many processes on the epoll reactor", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  processLoadConformance("epoll", () => new EpollReactor());
}
