/** A client and a server of ws, which is WebSocket over `node:http`: both over sockets of ours. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import type { ForeignSocket } from "../../../src/sim/foreign/foreign-socket.ts";
import { overStages } from "./stages.ts";
import type { ClientSide, Side } from "./stages.ts";

interface Listening {
  readonly port: number;
  /** Fires when the first connection is closed at the server's end: after that, ws has no timer left. */
  readonly closed: Promise<unknown>;
}

async function listen({ net, port }: Side & { readonly port: number }): Promise<Listening> {
  const http = createServer((_request, response) => response.end("plain"));
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const server = net.createServer((socket: ForeignSocket) => http.emit("connection", socket));
  server.listen(port, "0.0.0.0");
  await once(server, "listening");
  const closed = once(sockets, "connection").then(([socket]: WebSocket[]) => once(socket!, "close"));
  return { port: (server.address() as { port: number }).port, closed };
}

overStages(
  "ws, echoes messages of all sizes, and closes",
  () => {
    let closed: Promise<unknown> | undefined;
    const server = async (side: Side & { readonly port: number }): Promise<number> => {
      const listening = await listen(side);
      closed = listening.closed;
      return listening.port;
    };
    const client = async ({ net, host, port }: ClientSide): Promise<unknown[]> => {
      const socket = new WebSocket(`ws://${host}:${port}/`, {
        createConnection: () => net.createConnection({ host, port }) as never,
        perMessageDeflate: false,
      });
      await once(socket, "open");
      const sizes: unknown[] = [];
      for (const message of ["hello", Buffer.alloc(70_000, 1), Buffer.alloc(300_000, 2)]) {
        socket.send(message);
        const [data, isBinary] = (await once(socket, "message")) as [Buffer, boolean];
        sizes.push(data.length, isBinary, data.equals(Buffer.from(message)));
      }
      socket.ping("are you there");
      const [pong] = (await once(socket, "pong")) as [Buffer];
      socket.close(1000, "enough");
      const [code, reason] = (await once(socket, "close")) as [number, Buffer];
      await closed;
      return [...sizes, String(pong), code, String(reason)];
    };
    return { server, client };
  },
  (result) => {
    const echoes = [5, false, true, 70_000, true, true, 300_000, true, true];
    assert.deepEqual(result, [...echoes, "are you there", 1000, "enough"]);
  },
);

overStages(
  "ws, nobody listens, is told so by the code of the error",
  () => ({
    server: () => 9,
    client: async ({ net, host, port }) => {
      const socket = new WebSocket(`ws://${host}:${port}/`, {
        createConnection: () => net.createConnection({ host, port }) as never,
      });
      const [error] = (await once(socket, "error")) as [NodeJS.ErrnoException];
      return [error.code, error.syscall];
    },
  }),
  (result) => assert.deepEqual(result, ["ECONNREFUSED", "connect"]),
);
