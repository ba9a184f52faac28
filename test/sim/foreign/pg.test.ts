import assert from "node:assert/strict";
import pg from "pg";
import { listen } from "./servers/listen.ts";
import { PostgresProtocol } from "./servers/postgres-protocol.ts";
import { overStages } from "./stages.ts";
import type { ClientSide } from "./stages.ts";

function clientOver({ net, host, port }: ClientSide): pg.Client {
  const stream = (): never => new net.Socket() as never;
  return new pg.Client({ stream, host, port, user: "somebody", database: "some", ssl: false });
}

overStages(
  "pg, queries",
  () => ({
    server: ({ reactor, port }) => listen(reactor, port, PostgresProtocol),
    client: async (side) => {
      const client = clientOver(side);
      await client.connect();
      const rows = [];
      for (const query of ["SELECT 1", "SELECT 'ö'"]) rows.push((await client.query(query)).rows);
      await client.end();
      return rows;
    },
  }),
  (rows) => assert.deepEqual(rows, [[{ text: "answer to SELECT 1" }], [{ text: "answer to SELECT 'ö'" }]]),
);

overStages(
  "pg, nobody listens, is told so by the code of the error",
  () => ({
    server: () => 9,
    client: async (side) => {
      const client = clientOver(side);
      const error = await client.connect().then(
        () => undefined,
        (reason: unknown) => reason as NodeJS.ErrnoException & { port?: number },
      );
      return [error?.code, error?.port];
    },
  }),
  (result) => assert.deepEqual(result, ["ECONNREFUSED", 9]),
);
