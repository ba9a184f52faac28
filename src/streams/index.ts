/** `hawser/streams`: the border to the streams of Node and of the Web, and standard input and output. */
export { asDuplex } from "./as-duplex.ts";
export type { TransportDuplex, TransportDuplexOptions } from "./transport-duplex.ts";
export { fromDuplex } from "./from-duplex.ts";
export type { FromDuplexOptions } from "./from-duplex.ts";
export type { ReactorOfStreams } from "./duplex-connection.ts";
export { fromWeb } from "./from-web.ts";
export { readable } from "./readable.ts";
export type { ReadableOptions } from "./readable.ts";
export { StandardIO } from "./standard-io.ts";
export type { StandardIOOptions } from "./standard-io.ts";
export { toWeb } from "./to-web.ts";
export type { WebStreams } from "./to-web.ts";
