/** A program of ours in a process of its own, as a user starts it. */
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The folder of the compiled programs. */
const COMPILED = new URL("../../", import.meta.url);

export class Program {
  readonly process: ChildProcessWithoutNullStreams;
  stdout = "";
  stderr = "";
  readonly #ended: Promise<number | null>;
  #news: () => void = () => {};

  /** Starts the program `path`, such as `"examples/echo/server"` or `"bin/hawser"`, of which the modules are loaded one by one; it inherits `descriptors` as its 3, 4 and so on, and runs in the folder `cwd`. */
  constructor(
    path: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    descriptors: readonly number[] = [],
    cwd?: string,
  ) {
    // The modules are those that the tests import, so that coverage sees them; of `bin/hawser` itself there is `cli/program.test.ts`.
    const file = fileURLToPath(new URL(`${path === "bin/hawser" ? "src/cli/program" : path}.js`, COMPILED));
    this.process = spawn(process.execPath, [file, ...args], {
      env: { ...process.env, ...env },
      cwd,
      stdio: ["pipe", "pipe", "pipe", ...descriptors],
    }) as ChildProcessWithoutNullStreams;
    this.process.stdout.on("data", (data: Buffer) => this.#add("stdout", data));
    this.process.stderr.on("data", (data: Buffer) => this.#add("stderr", data));
    this.#ended = new Promise((resolve) => {
      this.process.on("close", (code) => {
        resolve(code);
        this.#news();
      });
    });
  }

  /** Runs a program to its end. */
  static async run(path: string, args: readonly string[] = []): Promise<Program> {
    const program = new Program(path, args);
    await program.ended();
    return program;
  }

  /** Its exit code, when it has ended. */
  ended(): Promise<number | null> {
    return this.#ended;
  }

  /** The match of `pattern` in what it prints, when there is one; an error where it ends before. */
  async prints(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#says(pattern, "stdout");
  }

  /** The same for its standard error. */
  async logs(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#says(pattern, "stderr");
  }

  async #says(pattern: RegExp, stream: "stdout" | "stderr"): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this[stream]);
      if (match !== null) return match;
      if (this.process.exitCode !== null || this.process.signalCode !== null) {
        throw new Error(`The program ended and did not say ${String(pattern)}:\n${this.stdout}${this.stderr}`);
      }
      await new Promise<void>((resolve) => (this.#news = resolve));
    }
  }

  /** Asks it to stop, and waits for the end. */
  async stop(): Promise<number | null> {
    this.process.kill("SIGTERM");
    return this.#ended;
  }

  #add(stream: "stdout" | "stderr", data: Buffer): void {
    this[stream] += data.toString();
    this.#news();
  }
}
