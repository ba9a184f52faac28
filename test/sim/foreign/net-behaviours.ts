/**
 * What programs see of `node:net`: each behaviour is a program that notes what happens to it. The notes over `node:net` itself are what those over
 * anything else are compared with.
 */
import { once } from "node:events";
import type * as nodeNet from "node:net";
import type { AddressInfo, NetConnectOpts, Server, Socket } from "node:net";
import { pipeline } from "node:stream/promises";

export type Net = Pick<typeof nodeNet, "createServer" | "createConnection" | "connect" | "Socket" | "Server" | "isIP">;

export interface Stage {
  readonly net: Net;
  /** Notes something that happened. */
  readonly note: (...what: unknown[]) => void;
  /** A path for a UNIX socket. */
  readonly path: string;
}

export type Behaviour = (stage: Stage) => Promise<void>;

const LOOPBACK = "127.0.0.1";

async function listening(server: Server): Promise<number> {
  server.listen(0, LOOPBACK);
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function closed(...emitters: (Server | Socket)[]): Promise<void> {
  await Promise.all(emitters.map((emitter) => new Promise((resolve) => emitter.once("close", resolve))));
}

/** An error, with everything but the numbers that the system chooses. */
function described(error: unknown, port?: number): unknown {
  if (!(error instanceof Error)) return error;
  const {
    code,
    errno,
    syscall,
    address,
    port: at,
    hostname,
  } = error as NodeJS.ErrnoException & Record<string, unknown>;
  const message = port === undefined ? error.message : error.message.replace(String(port), "PORT");
  return { name: error.name, message, code, errno, syscall, address, hostname, at: at === port ? "PORT" : at };
}

function watch(socket: Socket, name: string, note: Stage["note"]): void {
  for (const event of ["connect", "ready", "lookup", "end", "finish", "drain", "timeout"]) {
    socket.on(event, () => note(name, event));
  }
  socket.on("error", (error) => note(name, "error", (error as NodeJS.ErrnoException).code));
  socket.on("close", (hadError) => note(name, "close", hadError));
}

/** A connected pair. */
async function connectedPair(
  net: Net,
  options: { readonly allowHalfOpen?: boolean } = {},
): Promise<{ server: Server; near: Socket; far: Socket; port: number }> {
  const server = net.createServer(options);
  const port = await listening(server);
  const near = net.connect({ port, host: LOOPBACK, ...options } as NetConnectOpts);
  const [[far]] = (await Promise.all([once(server, "connection"), once(near, "connect")])) as [[Socket], unknown[]];
  return { server, near, far, port };
}

function states(socket: Socket): unknown[] {
  return [socket.connecting, socket.pending, socket.readyState, socket.destroyed, socket.readable, socket.writable];
}

export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  "an echo, from listening to the close of the server": async ({ net, note }) => {
    const server = net.createServer((socket) => {
      const where = [net.isIP(socket.remoteAddress ?? ""), socket.localAddress, socket.localFamily];
      socket.setEncoding("utf8").on("data", (text: unknown) => {
        note("server got", text, ...where);
        socket.write(`echo ${String(text)}`);
      });
      socket.on("end", () => note("server end"));
      socket.on("close", (hadError) => note("server close", hadError));
    });
    note(server.listening, server.address());
    server.on("listening", () => note("listening"));
    const port = await listening(server);
    note(server.listening, (server.address() as AddressInfo).address, (server.address() as AddressInfo).family);
    const client = net.createConnection(port, LOOPBACK, () => note("connect callback"));
    note(...states(client), client.address());
    for (const event of ["connect", "ready"]) client.on(event, () => note(event, ...states(client)));
    client.setEncoding("utf8");
    client.on("data", (text) => {
      note("client got", text);
      client.end();
    });
    client.on("end", () => note("client end"));
    client.on("finish", () => note("client finish"));
    client.write("hello");
    note(client.bytesWritten, client.writableLength);
    await once(client, "ready");
    note(
      (client.address() as AddressInfo).address,
      client.remoteAddress,
      client.remotePort === port,
      client.remoteFamily,
    );
    await closed(client);
    note(...states(client), client.bytesRead, client.bytesWritten);
    note(client.remoteAddress, client.localAddress, client.localPort, client.address());
    server.close((error) => note("closed", error));
    note(server.listening, server.address());
    await closed(server);
  },

  "all ways to say where to listen and connect": async ({ net, note, path }) => {
    const ways: ((server: Server, callback: () => void) => Server)[] = [
      (server, callback) => server.listen(callback),
      (server, callback) => server.listen(0, callback),
      (server, callback) => server.listen(0, LOOPBACK, callback),
      (server, callback) => server.listen(0, LOOPBACK, 10, callback),
      (server, callback) => server.listen(0, 10, callback),
      (server, callback) => server.listen({ port: 0, host: LOOPBACK }, callback),
      (server, callback) => server.listen("0" as never, LOOPBACK, callback),
      (server, callback) => server.listen(path, callback),
      (server, callback) => server.listen({ path: `${path}2` }, callback),
    ];
    for (const listen of ways) {
      const server = net.createServer((socket) => socket.end("bye"));
      await new Promise<void>((resolve) => note(listen(server, resolve) === server));
      const address = server.address() as AddressInfo | string;
      note(typeof address, typeof address === "string" ? address === path || address === `${path}2` : address.port > 0);
      const connects: ((callback: () => void) => Socket)[] =
        typeof address === "string"
          ? [
              (callback) => net.connect(address, callback),
              (callback) => net.connect({ path: address }, callback),
              (callback) => new net.Socket().connect(address, callback),
            ]
          : [
              (callback) => net.connect(address.port, LOOPBACK, callback),
              (callback) => net.connect({ port: address.port, host: LOOPBACK }, callback),
              (callback) => net.createConnection({ port: String(address.port) as never, host: LOOPBACK }, callback),
              (callback) => new net.Socket().connect(address.port, LOOPBACK, callback),
              (callback) => new net.Socket().connect({ port: address.port, host: LOOPBACK, family: 4 }, callback),
            ];
      for (const connect of connects) {
        const client = await new Promise<Socket>((resolve) => {
          const made = connect(() => resolve(made));
        });
        let text = "";
        for await (const data of client) text += String(data);
        note(text);
      }
      server.close();
      await closed(server);
    }
  },

  "arguments that are wrong": async ({ net, note }) => {
    const wrong: (() => unknown)[] = [
      () => net.connect({} as never),
      () => net.connect(70_000),
      () => net.connect(-1 as never),
      () => new net.Socket().connect({ port: "http" as never }),
      () => net.createServer().listen(70_000),
      () => net.createServer().listen({} as never),
    ];
    for (const call of wrong) {
      try {
        call();
        note("nothing thrown");
      } catch (error) {
        note((error as Error).name, (error as NodeJS.ErrnoException).code);
      }
    }
  },

  "nobody listens": async ({ net, note }) => {
    const server = net.createServer();
    const port = await listening(server);
    server.close();
    await closed(server);
    const client = net.connect(port, LOOPBACK);
    watch(client, "client", note);
    client.on("error", (error) => note(described(error, port), ...states(client)));
    client.write("x", (error) => note("written", (error as NodeJS.ErrnoException | undefined)?.code));
    await closed(client);
    note(...states(client), client.remoteAddress);
  },

  "no such path": async ({ net, note, path }) => {
    const client = net.connect(`${path}-missing`);
    client.on("error", (error) => note({ ...(described(error) as object), message: undefined, address: undefined }));
    await closed(client);
  },

  "a name that nobody knows": async ({ net, note }) => {
    const client = net.connect({ port: 80, host: "no-such-name.invalid", family: 4 });
    client.on("lookup", (error, address, family, host) =>
      note("lookup", (error as NodeJS.ErrnoException).syscall, address, family, host),
    );
    client.on("error", (error) => note(error.name, (error as NodeJS.ErrnoException).syscall));
    client.on("close", (hadError) => note("close", hadError));
    await closed(client);
  },

  "a lookup function of the caller's": async ({ net, note }) => {
    const server = net.createServer((socket) => socket.end());
    const port = await listening(server);
    const client = net.connect({
      port,
      host: "somewhere",
      family: 4,
      lookup: (host, options, callback) => {
        note("lookup", host, options.family);
        process.nextTick(callback, null, LOOPBACK, 4);
      },
    });
    client.on("lookup", (error, address, family, host) => note(error, address, family, host));
    client.resume();
    await closed(client);
    const failing = net.connect({
      port,
      host: "somewhere",
      family: 4,
      lookup: (_host, _options, callback) => callback(Object.assign(new Error("no"), { code: "ENOTFOUND" }), "", 0),
    });
    failing.on("error", (error) => note(error.message));
    await closed(failing);
    server.close();
    await closed(server);
  },

  "a port that is taken": async ({ net, note }) => {
    const first = net.createServer();
    const port = await listening(first);
    const second = net.createServer();
    second.on("error", (error) => note("error", described(error, port), second.listening));
    second.on("close", () => note("close"));
    second.listen(port, LOOPBACK, () => note("listening"));
    await once(second, "error");
    second.removeAllListeners("listening");
    second.listen(0, LOOPBACK);
    await once(second, "listening");
    note(second.listening);
    try {
      second.listen(0);
    } catch (error) {
      note((error as NodeJS.ErrnoException).code);
    }
    second.close();
    first.close();
    await closed(first, second);
    first.close((error) => note((error as { code?: unknown } | undefined)?.code));
    await closed(first);
  },

  "the server ends first": async ({ net, note }) => {
    const { server, near, far } = await connectedPair(net);
    watch(near, "near", note);
    near.resume();
    far.resume();
    far.end("last");
    await closed(near, far);
    note(near.readableEnded, near.writableFinished, near.bytesRead, ...states(near));
    server.close();
    await closed(server);
  },

  "a write after the other party has ended": async ({ net, note }) => {
    const { server, near, far } = await connectedPair(net);
    near.on("error", (error) => note((error as NodeJS.ErrnoException).code, error.message));
    near.on("end", () => note("end", near.writableEnded));
    near.on("finish", () => {
      note(near.write("too late", (error) => note("callback", (error as NodeJS.ErrnoException | null)?.code)));
    });
    near.resume();
    far.resume();
    far.end();
    await closed(near, far);
    server.close();
    await closed(server);
  },

  "half-open both ways": async ({ net, note }) => {
    const { server, near, far } = await connectedPair(net, { allowHalfOpen: true });
    watch(near, "near", note);
    near.resume();
    near.end("question");
    far.setEncoding("utf8");
    let text = "";
    for await (const data of far) text += String(data);
    note(text, far.readyState, near.readyState);
    far.end("answer");
    await closed(near);
    note(near.bytesRead, near.bytesWritten);
    server.close();
    await closed(server);
  },

  "destroy, at one end, is an end at the other": async ({ net, note }) => {
    const { server, near, far } = await connectedPair(net);
    far.on("error", (error) => note("far", (error as NodeJS.ErrnoException).code));
    far.on("end", () => note("far end"));
    far.resume();
    near.on("close", (hadError) => note("near close", hadError));
    near.write("x");
    note(near.destroy() === near, ...states(near));
    near.write("y", (error) => note((error as NodeJS.ErrnoException).code));
    note(near.destroy(new Error("again")) === near);
    await closed(far);
    note(far.bytesRead);
    server.close();
    await closed(server);
  },

  "destroy with an error": async ({ net, note }) => {
    const { server, near, far } = await connectedPair(net);
    near.on("error", (error) => note("error", error.message));
    near.on("close", (hadError) => note("close", hadError));
    far.resume();
    near.destroy(new Error("mine"));
    await closed(near, far);
    server.close();
    await closed(server);
  },

  "resetAndDestroy is a reset at the other end": async ({ net, note }) => {
    const { server, near, far } = await connectedPair(net);
    far.on("error", (error) => note("far", described(error)));
    far.on("close", (hadError) => note("far close", hadError));
    far.on("end", () => note("far end"));
    far.resume();
    near.on("close", (hadError) => note("near close", hadError));
    note(near.resetAndDestroy() === near);
    await closed(far);
    server.close();
    await closed(server);
    const fresh = new net.Socket();
    fresh.on("error", (error) => note("fresh", (error as NodeJS.ErrnoException).code));
    fresh.resetAndDestroy();
    await closed(fresh);
  },

  "resetAndDestroy while connecting waits for the connection": async ({ net, note }) => {
    const server = net.createServer((socket) => {
      socket.on("error", (error) => note("server", (error as NodeJS.ErrnoException).code)).resume();
      socket.on("close", () => server.close());
    });
    const port = await listening(server);
    const client = net.connect(port, LOOPBACK, () => note("connected"));
    client.resetAndDestroy();
    note(client.destroyed);
    await closed(client, server);
  },

  "destroySoon sends what was written": async ({ net, note }) => {
    const { server, near, far } = await connectedPair(net);
    near.write(Buffer.alloc(300_000));
    near.destroySoon();
    note(near.writableEnded);
    let length = 0;
    for await (const data of far) length += (data as Buffer).length;
    note(length);
    server.close();
    await closed(server);
  },

  "back-pressure and drain": async ({ net, note }) => {
    const { server, near, far } = await connectedPair(net);
    const total = 8_000_000;
    far.pause();
    note(near.write(Buffer.alloc(total)), near.writableNeedDrain, near.bytesWritten);
    let length = 0;
    far.on("data", (data) => (length += data.length)).resume();
    await once(near, "drain");
    note("drain", near.writableLength);
    near.resume().end();
    await closed(near, far);
    note(length);
    server.close();
    await closed(server);
  },

  "pause and resume": async ({ net, note }) => {
    const { server, near, far } = await connectedPair(net);
    let length = 0;
    near.on("data", (data) => (length += data.length));
    near.pause();
    far.end(Buffer.alloc(1_000_000));
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    note(length, near.isPaused(), near.readableEnded);
    near.resume();
    await closed(near);
    note(length);
    server.close();
    await closed(server);
  },

  "a pipeline through an echo": async ({ net, note }) => {
    const server = net.createServer({ noDelay: true }, (socket) => socket.pipe(socket));
    const port = await listening(server);
    const client = net.connect({ port, host: LOOPBACK, noDelay: true });
    let length = 0;
    await pipeline(
      async function* () {
        for (let n = 0; n < 100; n++) yield Buffer.alloc(10_000, n);
      },
      client,
      async (source: AsyncIterable<Buffer>) => {
        for await (const data of source) length += data.length;
      },
    );
    note(length, client.destroyed);
    server.close();
    await closed(server);
  },

  timeouts: async ({ net, note }) => {
    const { server, near, far } = await connectedPair(net);
    note(near.timeout);
    note(near.setTimeout(5, () => note("timeout")) === near, near.timeout);
    await once(near, "timeout");
    note(near.destroyed, near.listenerCount("timeout"));
    // Nothing more happens until there is traffic; then the wait begins anew.
    far.write("x");
    near.resume();
    await once(near, "timeout");
    near.setTimeout(0);
    note(near.timeout);
    near.destroy();
    far.resume();
    await closed(far);
    const client = net.connect({ port: (server.address() as AddressInfo).port, host: LOOPBACK, timeout: 5 });
    await once(client, "timeout");
    client.destroy();
    server.close();
    await closed(server);
  },

  "sockets that were never connected": async ({ net, note }) => {
    const socket = new net.Socket();
    note(socket.connecting, socket.pending, socket.destroyed, socket.address(), socket.remoteAddress, socket.localPort);
    note(socket.bytesRead, socket.bytesWritten, socket.setNoDelay() === socket, socket.setKeepAlive(true) === socket);
    note(socket.ref() === socket, socket.unref() === socket, socket.setTimeout(0) === socket);
    socket.on("error", (error) => note((error as NodeJS.ErrnoException).code, error.message));
    socket.write("x", (error) => note("callback", (error as NodeJS.ErrnoException | null)?.code));
    await closed(socket);
    const other = new net.Socket();
    other.on("close", (hadError) => note("close", hadError));
    other.destroy();
    await closed(other);
  },

  "destroy while connecting": async ({ net, note }) => {
    const server = net.createServer((socket) => socket.resume());
    const port = await listening(server);
    const client = net.connect(port, LOOPBACK, () => note("connected"));
    client.write("x", (error) => note("written", (error as NodeJS.ErrnoException).code));
    client.on("close", (hadError) => note("close", hadError));
    client.destroy();
    note(...states(client));
    await closed(client);
    server.close();
    await closed(server);
  },

  "end while connecting": async ({ net, note }) => {
    const server = net.createServer((socket) => {
      let got = "";
      socket.setEncoding("utf8").on("data", (text) => (got += String(text)));
      socket.on("end", () => note("server end", got));
    });
    const port = await listening(server);
    const client = net.connect(port, LOOPBACK);
    watch(client, "client", note);
    client.resume();
    client.write("a");
    client.end("b");
    note(client.bytesWritten, client.readyState);
    await closed(client);
    server.close();
    await closed(server);
  },

  "a socket that connects again": async ({ net, note }) => {
    const server = net.createServer((socket) => socket.end("hello"));
    const port = await listening(server);
    const client = new net.Socket();
    for (let round = 0; round < 3; round++) {
      client.setEncoding("utf8");
      client.connect(port, LOOPBACK);
      note(...states(client), client.bytesRead);
      client.once("data", (text) => note("got", text));
      await closed(client);
      note(...states(client), client.bytesRead);
    }
    server.close();
    await closed(server);
    client.on("error", (error) => note((error as NodeJS.ErrnoException).code));
    client.connect(port, LOOPBACK);
    await closed(client);
  },

  "counting and dropping connections": async ({ net, note }) => {
    const server = net.createServer((socket) => socket.resume());
    const port = await listening(server);
    server.maxConnections = 1;
    server.on("drop", (data) =>
      note("drop", data?.localPort === port, data?.remoteAddress, data?.remoteFamily, data?.localAddress),
    );
    const first = net.connect(port, LOOPBACK);
    await once(server, "connection");
    const second = net.connect(port, LOOPBACK).resume();
    second.on("error", (error) => note("second", error.message));
    await Promise.all([closed(second), once(server, "drop")]);
    note(await new Promise((resolve) => server.getConnections((error, count) => resolve([error, count]))));
    server.close(() => note("closed"));
    note(server.listening);
    for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve));
    note("still open");
    first.resume().end();
    await closed(first, server);
    note(await new Promise((resolve) => server.getConnections((error, count) => resolve([error, count]))));
  },

  "paused on connect": async ({ net, note }) => {
    const server = net.createServer({ pauseOnConnect: true });
    const port = await listening(server);
    const client = net.connect(port, LOOPBACK);
    client.end("data");
    const [socket] = (await once(server, "connection")) as [Socket];
    socket.on("data", (data) => note("got", String(data)));
    note(socket.isPaused());
    for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
    note("still paused");
    socket.resume();
    client.resume();
    await closed(client);
    server.close();
    await closed(server);
  },

  signals: async ({ net, note }) => {
    const stop = new AbortController();
    const server = net.createServer((socket) => socket.resume().on("error", () => {}));
    server.listen({ port: 0, host: LOOPBACK, signal: stop.signal });
    await once(server, "listening");
    const abort = new AbortController();
    const client = new net.Socket({ signal: abort.signal });
    client.on("error", (error) => note(error.name, (error as NodeJS.ErrnoException).code));
    client.connect((server.address() as AddressInfo).port, LOOPBACK);
    await once(client, "connect");
    abort.abort();
    await closed(client);
    stop.abort();
    await closed(server);
    note(server.listening);
  },

  "a server that is closed before it listens": async ({ net, note }) => {
    const server = net.createServer();
    server.on("listening", () => note("listening"));
    server.listen(0, LOOPBACK);
    server.close((error) => note("closed", (error as { code?: unknown } | undefined)?.code));
    await closed(server);
    note(server.listening);
    const other = net.createServer();
    other.listen(0);
    note(other.listening, (other.address() as AddressInfo).port > 0);
    other.close();
    await closed(other);
  },

  "a server and its sockets as values": async ({ net, note }) => {
    const server = new net.Server({ allowHalfOpen: false }, (socket) => socket.end());
    note(server.ref() === server, server.unref() === server);
    const port = await listening(server);
    const client = net.connect(port, LOOPBACK).resume();
    note(client instanceof net.Socket);
    const [socket] = (await once(server, "connection")) as [Socket & { server?: Server }];
    note(socket instanceof net.Socket, socket.server === server);
    await closed(client);
    await server[Symbol.asyncDispose]();
    note(server.listening);
  },
};
