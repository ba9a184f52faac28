/** Ports for programs that can be given neither a socket nor port 0. */
import { connect, createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { setTimeout } from "node:timers/promises";

const HOST = "127.0.0.1";
const MOST_TRIES = 1000;

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Waits until somebody does. */
export async function untilItAnswers(port: number): Promise<void> {
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const answers = await new Promise<boolean>((resolve) => {
      const socket = connect(port, HOST, () => resolve(true)).on("error", () => resolve(false));
      socket.on("connect", () => socket.destroy());
    });
    if (answers) return;
    await setTimeout(10);
  }
  throw new Error(`Cannot reach port ${port}: nobody listens, expected a proxy`);
}
