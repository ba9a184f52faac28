/**
 * The logging state of the process: the publisher that loggers use unless told otherwise, and the beginner that holds its events back
 * until the program has said where they shall go.
 */
import { LogBeginner } from "./log-beginner.ts";
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

/**
 * Where a program says, once, to what it logs.
 *
 * @example
 * globalLogBeginner.beginLoggingTo([textFileLogObserver(process.stdout)]);
 */
export const globalLogBeginner: LogBeginner = new LogBeginner(globalLogPublisher, {
  // Not before it is needed: the first look at it opens the stream.
  write: (text: string) => process.stderr.write(text),
});
