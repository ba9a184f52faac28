/** How many events are written in a second, as lines of text or as JSON, to a file that only counts. */
import assert from "node:assert/strict";
import { LogPublisher, Logger, jsonFileLogObserver, textFileLogObserver } from "hawser/logger";
import { measure } from "../lib/measure.ts";

const EVENTS = 1000;

let length = 0;
const file = {
  write(text: string): void {
    length += text.length;
  },
};
const observer = process.argv[2] === "json" ? jsonFileLogObserver(file) : textFileLogObserver(file);
const log = new Logger({ namespace: "bench.logger", observer: new LogPublisher(observer) });

measure(() => {
  length = 0;
  for (let i = 0; i < EVENTS; i++) log.info("Received {count} bytes from {peer}", { count: i, peer: "localhost" });
  assert.ok(length > EVENTS * 50);
  return EVENTS;
});
