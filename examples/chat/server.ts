/** A server for the chat. Argument: the port, a free one unless given. */
import { maybeDeferred, reactor } from "hawser";
import type { InternetAddress } from "hawser/transport";
import { ChatFactory } from "./chat.ts";

// A reactor may know at once that it cannot listen, or later: `maybeDeferred` makes both the same.
maybeDeferred(() =>
  reactor.listenTCP(Number(process.argv[2] ?? 0), new ChatFactory(), { interface: "127.0.0.1" }).whenListening(),
).addCallbacks(
  (open) => console.log(`The chat is open; try: nc 127.0.0.1 ${(open.getHost() as InternetAddress).port}`),
  (failure) => {
    console.error(failure.getErrorMessage());
    process.exitCode = 1;
    reactor.callWhenRunning(() => reactor.stop());
  },
);
await reactor.run();
