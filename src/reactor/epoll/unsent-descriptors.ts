/**
 * Descriptors that wait for bytes to go with: a stream carries none without. They are duplicates, so whoever sends one may close it at once.
 */
import { closeSync } from "node:fs";
import { InvalidStateError } from "../../errors.ts";
import type { CoreHandle, NativeCore } from "./native-core.ts";
import { systemError } from "./system-error.ts";

/** The core sends no more at once. */
const LIMIT = 64;

export class UnsentDescriptors {
  readonly #native: NativeCore;
  #duplicates: number[] = [];

  constructor(native: NativeCore) {
    this.#native = native;
  }

  add(fd: number): void {
    if (this.#duplicates.length === LIMIT) {
      throw new InvalidStateError(
        `Cannot send a descriptor: ${LIMIT} wait for bytes to go with, expected fewer: write some first`,
      );
    }
    const duplicate = this.#native.duplicateDescriptor(fd);
    if (duplicate < 0) throw systemError(this.#native, "fcntl", duplicate);
    this.#duplicates.push(duplicate);
  }

  /** Sends them all with the first of the bytes: how many bytes went, as the core answers. */
  sendWith(core: CoreHandle, slot: number, bytes: Uint8Array): number {
    if (this.#duplicates.length === 0) return this.#native.send(core, slot, bytes, 0);
    const sent = this.#native.sendDescriptors(core, slot, bytes, Int32Array.from(this.#duplicates));
    if (sent > 0) this.close();
    return sent;
  }

  close(): void {
    for (const duplicate of this.#duplicates) closeSync(duplicate);
    this.#duplicates = [];
  }
}
