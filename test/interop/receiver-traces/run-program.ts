/** Runs programs on Hawser's receivers. receiver_traces.py does the same on Twisted's. */
import { InvalidStateError } from "../../../src/errors.ts";
import type { BufferedReceiver } from "../../../src/protocol/buffered-receiver.ts";
import {
  Int16StringReceiver,
  Int32StringReceiver,
  Int8StringReceiver,
} from "../../../src/protocol/int-n-string-receiver.ts";
import { LineOnlyReceiver } from "../../../src/protocol/line-only-receiver.ts";
import { LineReceiver } from "../../../src/protocol/line-receiver.ts";
import { NetstringReceiver } from "../../../src/protocol/netstring-receiver.ts";
import { StringTransport } from "../../../src/testing/string-transport.ts";
import type { Program, ReceiverName, Step } from "./program.ts";

/** What a script throws. */
class Boom extends Error {}

type Subject = BufferedReceiver & { MAX_LENGTH: number };

/** What happens when `program` runs, line by line. */
export function runProgram(program: Program): string[] {
  return new Run(program).run();
}

class Run {
  readonly #program: Program;
  readonly trace: string[] = [];
  readonly #transport: StringTransport = new StringTransport();
  readonly #receiver: Subject;
  #callbacks = 0;

  constructor(program: Program) {
    this.#program = program;
    this.#receiver = RECEIVERS[program.receiver](this);
    (this.#receiver as unknown as LineReceiver).delimiter = bytes(program.delimiter);
    this.#receiver.MAX_LENGTH = program.maxLength;
    this.#receiver.makeConnection(this.#transport);
  }

  run(): string[] {
    const receiver = this.#receiver;
    for (const step of this.#program.steps) {
      try {
        this.#do(step, Buffer.alloc(0));
      } catch (error) {
        if (!(error instanceof Boom)) throw error;
        this.trace.push("threw");
      }
      this.trace.push(`${receiver.paused} ${this.#transport.disconnecting} ${this.#transport.producerState}`);
    }
    if (receiver instanceof LineReceiver) this.trace.push(`left ${hex(receiver.clearLineBuffer())}`);
    this.trace.push(`written ${hex(this.#transport.written())}`);
    return this.trace;
  }

  /** A callback was called with `data`: notes it and plays its script. Answers false where there is none. */
  called(name: string, data: Buffer): boolean {
    this.trace.push(`${name} ${hex(data)}`);
    const script = this.#program.scripts[this.#callbacks++];
    for (const step of script ?? []) this.#do(step, data);
    return script !== undefined;
  }

  #do(step: Step, data: Buffer): void {
    try {
      this.#play(step, data);
    } catch (error) {
      if (!(error instanceof InvalidStateError)) throw error;
      this.trace.push("refused");
    }
  }

  #play(step: Step, data: Buffer): void {
    const receiver = this.#receiver;
    const lines = receiver as unknown as LineReceiver;
    switch (step.op) {
      case "data":
        // Line receivers say themselves what they do with what they should not be given any more.
        if (this.#transport.disconnecting && !(receiver instanceof LineReceiver)) return;
        receiver.dataReceived(bytes(step.bytes));
        return;
      case "pause":
        receiver.pauseProducing();
        return;
      case "resume":
        receiver.resumeProducing();
        return;
      case "stop":
        receiver.stopProducing();
        return;
      case "lose":
        this.#transport.loseConnection();
        return;
      case "abort":
        this.#transport.abortConnection();
        return;
      case "raw":
        lines.setRawMode();
        return;
      case "line":
        lines.setLineMode(bytes(step.extra));
        return;
      case "rest":
        lines.setLineMode(data.subarray(step.from));
        return;
      case "clear":
        this.trace.push(`cleared ${hex(lines.clearLineBuffer())}`);
        return;
      case "delimiter":
        lines.delimiter = bytes(step.bytes);
        return;
      case "maxLength":
        receiver.MAX_LENGTH = step.length;
        return;
      case "throw":
        throw new Boom();
      case "send":
        if (receiver instanceof LineReceiver || receiver instanceof LineOnlyReceiver) {
          receiver.sendLine(bytes(step.bytes));
        } else (receiver as unknown as NetstringReceiver).sendString(bytes(step.bytes));
        return;
    }
  }
}

/** The receivers; what is called in them is called in the run. */
const RECEIVERS: Record<ReceiverName, (run: Run) => Subject> = {
  LineReceiver: (run) =>
    new (class extends LineReceiver {
      override lineReceived(line: Buffer): void {
        run.called("line", line);
      }

      override rawDataReceived(data: Buffer): void {
        run.called("raw", data);
      }

      override lineLengthExceeded(received: Buffer): void {
        if (!run.called("exceeded", received)) super.lineLengthExceeded(received);
      }
    })(),
  LineOnlyReceiver: (run) =>
    new (class extends LineOnlyReceiver {
      override lineReceived(line: Buffer): void {
        run.called("line", line);
      }

      override lineLengthExceeded(received: Buffer): void {
        // Twisted gives something else here.
        run.called("exceeded", Buffer.alloc(0));
        super.lineLengthExceeded(received);
      }
    })(),
  NetstringReceiver: (run) =>
    new (class extends NetstringReceiver {
      override stringReceived(string: Buffer): void {
        run.called("string", string);
      }
    })(),
  Int8StringReceiver: (run) =>
    new (class extends Int8StringReceiver {
      override stringReceived(string: Buffer): void {
        run.called("string", string);
      }

      override lengthLimitExceeded(length: number): void {
        run.trace.push(`limit ${length}`);
        super.lengthLimitExceeded(length);
      }
    })(),
  Int16StringReceiver: (run) =>
    new (class extends Int16StringReceiver {
      override stringReceived(string: Buffer): void {
        run.called("string", string);
      }

      override lengthLimitExceeded(length: number): void {
        run.trace.push(`limit ${length}`);
        super.lengthLimitExceeded(length);
      }
    })(),
  Int32StringReceiver: (run) =>
    new (class extends Int32StringReceiver {
      override stringReceived(string: Buffer): void {
        run.called("string", string);
      }

      override lengthLimitExceeded(length: number): void {
        run.trace.push(`limit ${length}`);
        super.lengthLimitExceeded(length);
      }
    })(),
};

function bytes(text: string): Buffer {
  return Buffer.from(text, "latin1");
}

function hex(data: Buffer): string {
  return data.toString("hex");
}
