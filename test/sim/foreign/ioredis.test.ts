import assert from "node:assert/strict";
import { Redis } from "ioredis";
import type { RedisOptions } from "ioredis";
import { RedisProtocol } from "./servers/redis-protocol.ts";
import { listen } from "./servers/listen.ts";
import { overStages } from "./stages.ts";
import type { ClientSide } from "./stages.ts";

/** What ioredis makes its connections with: it takes a class for that. */
function connectorOver({ net, host, port }: ClientSide): NonNullable<RedisOptions["Connector"]> {
  return class {
    firstError: Error | undefined = undefined;
    #stream: ReturnType<typeof net.connect> | undefined = undefined;
    check(): boolean {
      return true;
    }
    connect(): Promise<never> {
      this.#stream = net.connect({ port, host });
      this.#stream.once("error", (error) => (this.firstError = error));
      return Promise.resolve(this.#stream as never);
    }
    disconnect(): void {
      this.#stream?.end();
    }
  } as never;
}

overStages(
  "ioredis, sets, gets, pipelines and sees errors",
  () => ({
    server: ({ reactor, port }) => listen(reactor, port, RedisProtocol),
    client: async (side) => {
      const redis = new Redis({ Connector: connectorOver(side), enableReadyCheck: false, disableClientInfo: true });
      const answers: unknown[] = [await redis.set("name", "héllo world"), await redis.get("name")];
      answers.push(await redis.get("nobody"), await Promise.all([redis.incr("n"), redis.incr("n"), redis.incr("n")]));
      answers.push(await redis.pipeline().incr("n").get("n").exec());
      answers.push(await redis.call("nonsense").catch((error: unknown) => (error as Error).message));
      const ended = new Promise((resolve) => redis.once("end", resolve));
      redis.disconnect();
      await ended;
      return answers;
    },
  }),
  (answers) => {
    assert.deepEqual(answers, [
      "OK",
      "héllo world",
      null,
      [1, 2, 3],
      [
        [null, 4],
        [null, "4"],
      ],
      "ERR unknown command 'nonsense'",
    ]);
  },
);

overStages(
  "ioredis, nobody listens, is told so by the code of the error",
  () => ({
    server: () => 9,
    client: async (side) => {
      const redis = new Redis({ Connector: connectorOver(side), retryStrategy: () => null, lazyConnect: true });
      const errors: unknown[] = [];
      redis.on("error", (error: NodeJS.ErrnoException) => errors.push(error.code, error.syscall));
      await redis.connect().catch((error: unknown) => errors.push((error as Error).message));
      return errors;
    },
  }),
  (errors) => assert.deepEqual(errors, ["ECONNREFUSED", "connect", "Connection is closed."]),
);
