/** The end of a stream that `node:tls` sees: what it writes is reported, what it reads is given. */
import { Duplex } from "node:stream";

export class Wire extends Duplex {
  readonly #written: (data: Buffer) => void;
  readonly #ended: () => void;

  constructor(written: (data: Buffer) => void, ended: () => void) {
    super({ allowHalfOpen: true, autoDestroy: false, emitClose: false });
    this.#written = written;
    this.#ended = ended;
  }

  override _read(): void {}

  override _write(data: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#written(data);
    done();
  }

  override _final(done: () => void): void {
    this.#ended();
    done();
  }
}
