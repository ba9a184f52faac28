/** All programs of `examples/` once more, on the epoll reactor: they are told by the environment, as a user tells them. */
import { describe, test } from "node:test";
import { loadNativeCore, whyNotLoaded } from "../../src/reactor/epoll/native-core.ts";

if (loadNativeCore() === null) {
  test("examples on the epoll reactor", { skip: `the native core does not load: ${whyNotLoaded()}` }, () => {});
} else {
  process.env["HAWSER_REACTOR"] = "epoll";
  describe("on the epoll reactor", async () => {
    await import("./programs.test.ts");
    await import("./udp.test.ts");
    await import("./threads.test.ts");
    await import("./tls.test.ts");
    await import("./stdio.test.ts");
  });
}
