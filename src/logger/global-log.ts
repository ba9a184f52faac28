/**
 * The logging state of the process: the publisher that loggers use unless told otherwise, and the beginner that holds its events back
 * until the program has said where they shall go.
 */
import { LogPublisher } from "./log-publisher.ts";

/**
 * The publisher of all loggers that were given no observer.
 *
 * @example
 * const observer: LogObserver = (event) => console.log(formatEvent(event));
 * globalLogPublisher.addObserver(observer);
 * new Logger({ namespace: "example" }).info("Hello");
 * globalLogPublisher.removeObserver(observer);
 */
export const globalLogPublisher: LogPublisher = new LogPublisher();
