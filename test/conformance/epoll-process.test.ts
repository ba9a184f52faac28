/** Child processes on the epoll reactor. */
import { test } from "node:test";
import { EpollReactor } from "../../src/reactor/epoll/epoll-reactor.ts";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";
import "../support/quiet-logs.ts";
import { processFaultsConformance } from "./process-faults.ts";
import { processStartConformance } from "./process-start.ts";
import { processConformance } from "./process.ts";

if (loadNativeCore() === null) {
  test("processes on the epoll reactor", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  processConformance("epoll", () => new EpollReactor());
  processStartConformance("epoll", () => new EpollReactor());
  processFaultsConformance("epoll", () => new EpollReactor());
}
