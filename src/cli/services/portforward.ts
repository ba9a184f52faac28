/** The service `portforward`. */
import { CommandError } from "../errors.ts";
import { defineService } from "../service-maker.ts";
import type { ServiceMaker } from "../service-maker.ts";

export const portforward: ServiceMaker = defineService({
  name: "portforward",
  summary: "Forwards each connection to another place",
  example: {
    command: "hawser portforward --listen tcp:8080 --to tcp:192.0.2.1:80",
    does: "passes on what comes to port 8080 to port 80 of 192.0.2.1, and the answers back",
  },
  listen: ["tcp:0:interface=127.0.0.1"],
  options: {
    to: { type: "endpoint", required: true, help: "where to, such as tcp:HOST:PORT or unix:PATH" },
  },
  make: async ({ to }, context) => {
    const [{ ProxyFactory }, { clientFromString }] = await Promise.all([
      import("../../portforward/proxy-factory.ts"),
      import("../../endpoint/client-from-string.ts"),
    ]);
    try {
      return context.listen(new ProxyFactory(clientFromString(context.reactor, to)));
    } catch (error) {
      throw new CommandError(`--to: ${(error as Error).message}`);
    }
  },
});
