/** Runs a program on Hawser's AMP, and answers what happened, as amp_traces.py does on Twisted's. */
import { AMP } from "../../../src/amp/amp.ts";
import { boolean } from "../../../src/amp/arguments/boolean.ts";
import { integer } from "../../../src/amp/arguments/integer.ts";
import { listOf } from "../../../src/amp/arguments/list-of.ts";
import { unicode } from "../../../src/amp/arguments/unicode.ts";
import { command } from "../../../src/amp/command.ts";
import { RemoteAmpError, UnhandledCommand } from "../../../src/amp/errors.ts";
import type { Responder } from "../../../src/amp/responder.ts";
import type { AmpBox } from "../../../src/amp/wire/amp-box.ts";
import { Deferred } from "../../../src/deferred/deferred.ts";
import { Failure } from "../../../src/deferred/failure.ts";
import { StringTransport } from "../../../src/testing/string-transport.ts";
import { ConnectionDone } from "../../../src/transport/errors.ts";
import type { Program, Step } from "./program.ts";

class Declared extends Error {
  override readonly name: string = "Declared";
}

class Fatal extends Error {
  override readonly name: string = "Fatal";
}

const ERRORS = { errors: [[Declared, "DECLARED"]], fatalErrors: [[Fatal, "FATAL"]] } as const;
const Sum = command("Sum", {
  arguments: { a: integer(), b: integer({ optional: true }) },
  response: { total: integer() },
  ...ERRORS,
});
const Later = command("Later", {
  arguments: { text: unicode() },
  response: { list: listOf(unicode()), flag: boolean({ optional: true }) },
  ...ERRORS,
});
const Note = command("Note", { arguments: { text: unicode() }, requiresAnswer: false });

type LaterAnswer = { readonly list: string[]; readonly flag?: boolean };
const hex = (text: string): string => Buffer.from(text).toString("hex");

/** As over a real connection, nothing is sent behind the end. */
class Transport extends StringTransport {
  override write(data: string | Uint8Array): void {
    if (!this.disconnecting) super.write(data);
  }
}

class Connection extends AMP {
  readonly trace: string[] = [];
  readonly waiting: { readonly deferred: Deferred<LaterAnswer>; readonly text: string }[] = [];

  static override responders: readonly Responder[] = [
    Sum.responder(function (this: Connection, { a, b }) {
      this.trace.push(`sum ${a} ${b ?? "none"}`);
      if (a === 7) throw new Declared("seven");
      if (a === 8) throw new Fatal("eight");
      if (a === 9) throw new RangeError("nine");
      return { total: a + (b ?? 0) };
    }),
    Later.responder(function (this: Connection, { text }) {
      this.trace.push(`later ${hex(text)}`);
      const deferred = new Deferred<LaterAnswer>();
      this.waiting.push({ deferred, text });
      return deferred;
    }),
    Note.responder(function (this: Connection, { text }) {
      this.trace.push(`note ${hex(text)}`);
      if (text === "bad") throw new RangeError("bad");
    }),
  ];

  amp_ECHO(box: AmpBox): AmpBox {
    this.trace.push("echo");
    const echo = box.copy();
    echo.delete("_ask");
    echo.delete("_command");
    return echo;
  }
}

export function runProgram(program: Program): string[] {
  const connection = new Connection();
  const { trace } = connection;
  const transport = new Transport();
  connection.makeConnection(transport);
  const heard = connection.stopReceivingBoxes.bind(connection);
  connection.stopReceivingBoxes = (reason) => {
    trace.push(`end ${(reason.value as Error).name} ${transport.written().toString("hex")}`);
    heard(reason);
  };
  let calls = 0;
  for (const step of program.steps) {
    if (step.op === "data") {
      connection.dataReceived(Buffer.from(step.bytes, "latin1"));
      // Whoever closes hears no more.
      if (transport.disconnecting) break;
    } else if (step.op === "answer") {
      if (connection.waiting.length > 0) {
        const [waiting] = connection.waiting.splice(step.index % connection.waiting.length, 1);
        answer(step.how, waiting!.deferred, waiting!.text);
      }
    } else call(connection, step, calls++);
    trace.push(`${transport.disconnecting ? "closing" : "open"} ${transport.written().toString("hex")}`);
    transport.clear();
    if (transport.disconnecting) break;
  }
  connection.connectionLost(new Failure(new ConnectionDone()));
  return trace;
}

function call(connection: Connection, step: Exclude<Step, { op: "data" | "answer" }>, number: number): void {
  const said = (text: string): void => void connection.trace.push(`call ${number}: ${text}`);
  const failed = ({ value }: Failure): void => said(describe(value as Error));
  const answered = (values: object): void => said(asciiJSON(values));
  switch (step.op) {
    case "sum":
      connection.callRemote(Sum, { a: step.a, b: step.b ?? undefined }).addCallbacks(answered, failed);
      return;
    case "later":
      connection
        .callRemote(Later, { text: step.text })
        .addCallbacks(({ list, flag }) => answered({ list, flag: flag ?? null }), failed);
      return;
    case "note":
      connection.callRemote(Note, { text: step.text });
      return;
    default:
      connection.callRemoteString(step.name, { x: step.text }).addCallbacks((box) => {
        said(
          [...box]
            .map(([key, value]) => `${Buffer.from(key, "latin1").toString("hex")}=${value.toString("hex")}`)
            .join(" "),
        );
      }, failed);
  }
}

function answer(how: (Step & { op: "answer" })["how"], deferred: Deferred<LaterAnswer>, text: string): void {
  if (how === "value") deferred.callback({ list: [text, ""], flag: true });
  else if (how === "short") deferred.callback({ list: [] });
  else if (how === "bad") deferred.callback({ list: 7 as never });
  else if (how === "declared") deferred.errback(new Declared("later"));
  else if (how === "fatal") deferred.errback(new Fatal("later"));
  else deferred.errback(new RangeError("later"));
}

function describe(error: Error): string {
  if (error instanceof RemoteAmpError) return `${error.name} ${error.errorCode} ${asciiJSON(error.description)}`;
  const tells = error instanceof Declared || error instanceof Fatal || error instanceof UnhandledCommand;
  return tells ? `${error.name} ${asciiJSON(error.message)}` : error.name;
}

/** As Python's module for it writes it. */
function asciiJSON(value: string | object): string {
  const keys = typeof value === "object" ? Object.keys(value).toSorted() : null;
  return JSON.stringify(value, keys).replace(
    /[^ -~]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
