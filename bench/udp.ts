/**
 * UDP: a server that sends each datagram back, under load from ten clients in another process.
 *
 * The figure is datagrams per second of the server's processor time, not per second: the load generator, a Node program too, has as much work with
 * each datagram as the server and would be what is measured.
 */
import { fileURLToPath } from "node:url";
import type { Question } from "./lib/question.ts";
import { twisted, worker } from "./lib/question.ts";

const generator = fileURLToPath(new URL("./udp/generator.js", import.meta.url));

export const questions: readonly Question[] = [64, 1400].map((size) => ({
  name: `UDP echo, ${size} bytes`,
  ours: worker("Hawser (node)", import.meta.url, "./udp/hawser.ts", String(size)),
  peers: [
    { ...worker("node:dgram", import.meta.url, "./udp/dgram.ts", String(size)), atLeast: 0.9 },
    twisted("udp.py", String(size), process.execPath, generator),
  ],
}));
