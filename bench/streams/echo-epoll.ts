/** The echo server on the epoll reactor; prints its port. */
import { installReactor } from "hawser/reactor";

installReactor("epoll");
await import("./echo-hawser.ts");
