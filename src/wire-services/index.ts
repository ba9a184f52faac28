/** `hawser/wire-services`: the small services of the early internet, over TCP and UDP. */
export type { Answer, Saying } from "./answer.ts";
export { AnsweringProtocol } from "./answering-protocol.ts";
export { Chargen, DatagramChargen } from "./chargen.ts";
export type { DatagramChargenOptions } from "./chargen.ts";
export { DatagramService } from "./datagram-service.ts";
export type { DatagramServiceOptions } from "./datagram-service.ts";
export { DatagramDaytime, Daytime } from "./daytime.ts";
export { DatagramDiscard, Discard } from "./discard.ts";
export { DatagramEcho, Echo } from "./echo.ts";
export { DatagramQOTD, QOTD } from "./qotd.ts";
export { DatagramTime, Time } from "./time.ts";
export type { TimeOfDay } from "./wall-clock.ts";
export { DatagramWho, Who } from "./who.ts";
export { wireServices } from "./wire-services.ts";
export type { WireService, WireServiceName, WireServiceOptions } from "./wire-services.ts";
