/** The native core as JavaScript sees it, and how it is found. What its functions mean is said in `native/`. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { BUILT_FOLDER } from "../../built-folder.ts";

/** A core; only the functions below look inside. */
export type CoreHandle = { readonly core: unique symbol };

/** TLS of the core; all of it is there or nothing. Contexts and sessions are numbers. */
export interface NativeTLS {
  /** Facts (four 32-bit numbers), two slabs for plaintext, one for ciphertext. */
  tlsMemory(): ArrayBuffer;
  tlsContext(isServer: number): number;
  /** Answers why the library does not take it. */
  tlsContextSet(context: number, setting: number, value: string | number | Uint8Array): string | undefined;
  tlsContextFree(context: number): void;
  tlsSession(
    context: number,
    peerKind: number,
    peerName: string,
    serverName: string,
    earlier: Uint8Array,
    wantsTickets: number,
  ): number;
  tlsReceive(session: number, ciphertext: Uint8Array, offset: number, slab: number): number;
  tlsSend(session: number, plaintext: Uint8Array, offset: number): number;
  tlsEnd(session: number): number;
  tlsSessionFree(session: number): void;
  tlsError(): [library: string | undefined, reason: string | undefined, verification: number, text: string];
  tlsFacts(
    session: number,
  ): [
    version: string,
    cipher: string,
    protocol: string | undefined,
    serverName: string | undefined,
    reused: number,
    ...certificates: Buffer[],
  ];
  tlsTicket(session: number): Buffer | undefined;
  /** Lines for a key log, each with its end. */
  tlsKeys(session: number): string | undefined;
  tlsExport(session: number, length: number, label: string, context: Uint8Array | undefined): Buffer;
}

/** The functions of the core. Those for TLS are missing where the runtime does not show its OpenSSL. Numbers they answer are errors of the system where they are negative. */
export interface NativeCore extends Partial<NativeTLS> {
  open(
    callback: (events: number) => void,
    events: Int32Array,
    sends: Int32Array,
    sendSlab: Uint8Array,
    receiveSlab: Uint8Array,
  ): CoreHandle;
  setReceiveSlab(core: CoreHandle, slab: Uint8Array): void;
  close(core: CoreHandle): void;
  /** `flags`: 1 shares the port with others who say so, 2 takes IPv4 as well. */
  listen(core: CoreHandle, address: string, port: number, backlog: number, flags?: number): number;
  connect(core: CoreHandle, address: string, port: number, from: string, fromPort: number): number;
  adopt(core: CoreHandle, fd: number, listens: number): number;
  watchDescriptor(core: CoreHandle, fd: number): number;
  watch(core: CoreHandle, slot: number, interest: number): number;
  flush(core: CoreHandle, count: number): number;
  send(core: CoreHandle, slot: number, bytes: Uint8Array, offset: number): number;
  shutdown(core: CoreHandle, slot: number): number;
  release(core: CoreHandle, slot: number, reset: number): number;
  name(core: CoreHandle, slot: number, peer: number): string | number;
  setOption(core: CoreHandle, slot: number, option: number, value: number): number;
  bindDatagrams(core: CoreHandle, address: string, port: number, limit: number, share: number): number;
  adoptDatagrams(core: CoreHandle, fd: number, limit: number): number;
  connectDatagrams(core: CoreHandle, slot: number, address: string, port: number): number;
  setDatagramOption(core: CoreHandle, slot: number, option: number, value: number): number;
  setMembership(
    core: CoreHandle,
    slot: number,
    join: number,
    group: string,
    networkInterface: string,
    port: number,
  ): number;
  setMulticastInterface(core: CoreHandle, slot: number, networkInterface: string, port: number): number;
  encodeAddress(address: string, port: number, bytes: Uint8Array): number;
  decodeAddress(bytes: Uint8Array): string | number;
  takeDescriptor(core: CoreHandle, index: number): number;
  duplicateDescriptor(fd: number): number;
  sendDescriptors(core: CoreHandle, slot: number, bytes: Uint8Array, descriptors: Int32Array): number;
  peerCredentials(core: CoreHandle, slot: number, result: Int32Array): number;
  /** Whether there is what `spawn` needs; 1 or 0. */
  canSpawn(): number;
  /** Answers the slot of a process; puts its number and the slots of the pipes into `plan`, or the step that went wrong. */
  spawn(core: CoreHandle, strings: Uint8Array, plan: Int32Array): number;
  /** The status of a process, as `waitpid` says it. */
  reap(core: CoreHandle, slot: number): number;
  sendFile(core: CoreHandle, slot: number, file: number, offset: number, length: number): number;
  socketOpen(family: number, kind: number): number;
  socketBind(fd: number, address: string, port: number): number;
  socketConnect(fd: number, address: string, port: number): number;
  socketListen(fd: number, backlog: number): number;
  socketAccept(fd: number): number;
  socketReceive(fd: number, bytes: Uint8Array, address: Uint8Array): number;
  socketSend(fd: number, bytes: Uint8Array, address: string, port: number): number;
  socketShutdown(fd: number, how: number): number;
  socketClose(fd: number): number;
  socketName(fd: number, peer: number): string | number;
  socketSetOption(fd: number, option: number, value: number): number;
  socketGetOption(fd: number, option: number, result: Int32Array): number;
  socketSetMembership(fd: number, join: number, group: string, networkInterface: string, port: number): number;
  errorText(error: number): string;
}

export const Kind = {
  ACCEPTED: 1,
  RECEIVED: 2,
  ENDED: 3,
  FAILED: 4,
  WRITABLE: 5,
  CONNECTED: 6,
  READABLE: 7,
  ACCEPT_FAILED: 8,
  DATAGRAM: 9,
  DESCRIPTOR: 10,
} as const;

export const MAX_EVENTS = 1024;
export const EVENT_FIELDS = 4;
export const SEND_FIELDS = 4;

export const Interest = { NOTHING: 0, READ: 1, WRITE: 2 } as const;

/** Where the core is, seen from `dist/`: built here, or delivered with the package. */
const PLACES = ["native/hawser.node", `../native/prebuilt/${process.platform}-${process.arch}.node`];

let loaded: NativeCore | null | undefined;
let reason = "";

/** The native core, or `null` where none loads; then `whyNotLoaded` says why. It is looked for once. */
export function loadNativeCore(): NativeCore | null {
  if (loaded !== undefined) return loaded;
  loaded = null;
  if (process.platform !== "linux") {
    reason = `it is for Linux, and this is ${process.platform}`;
    return null;
  }
  const require = createRequire(import.meta.url);
  for (const place of PLACES) {
    try {
      loaded = require(fileURLToPath(new URL(place, BUILT_FOLDER))) as NativeCore;
      return loaded;
    } catch (error) {
      // That a file is not there says less than what is wrong with the other one.
      if (reason === "" || (error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") {
        reason = (error as Error).message.split("\n")[0] ?? "";
      }
    }
  }
  return null;
}

export function whyNotLoaded(): string {
  return reason;
}
