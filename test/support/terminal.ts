/** A terminal, as a person has it: panes of tmux, in which keys are typed and of which the screen is read. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const BIN = fileURLToPath(new URL("../../../bin", import.meta.url));
/** `hawser` is found by its name, and runs with this Node; shells begin as plain ones. */
const ENVIRONMENT = {
  ...process.env,
  PATH: `${BIN}:${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
  SHELL: "/bin/sh",
};
const DEADLINE = 20_000;
const INTERVAL = 20;

export class Terminal {
  /** A server of its own, so that nobody's sessions are seen, and none is left behind. */
  readonly #folder: string = mkdtempSync(join(tmpdir(), "hawser-terminal-"));

  /** The number of the last pane. */
  #panes = 0;

  /** Opens a window of 80 columns and 24 lines in which `shell` runs. */
  private constructor(shell: string) {
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", shell);
  }

  /** Gives `body` a terminal, and closes it in the end, as a person does who has had enough. */
  static async use(body: (terminal: Terminal) => Promise<void>, shell: string = "PS1='$ ' sh"): Promise<void> {
    const terminal = new Terminal(shell);
    try {
      await body(terminal);
    } finally {
      terminal.#tmux("kill-server");
      rmSync(terminal.#folder, { recursive: true });
    }
  }

  /** Types a line. */
  type(text: string, pane: number = 0): void {
    this.#tmux("send-keys", "-t", `:.${pane}`, "-l", "--", text);
    this.press("Enter", pane);
  }

  /** Types text without a key at its end. */
  write(text: string, pane: number = 0): void {
    this.#tmux("send-keys", "-t", `:.${pane}`, "-l", "--", text);
  }

  /** Presses a key as tmux calls it, such as `C-c`. */
  press(key: string, pane: number = 0): void {
    this.#tmux("send-keys", "-t", `:.${pane}`, key);
  }

  /** What stands on the screen, with lines that it has wrapped as one; with `escapes` also the colours. */
  screen(pane: number = 0, escapes: boolean = false): string {
    return this.#tmux("capture-pane", "-p", "-J", ...(escapes ? ["-e"] : []), "-t", `:.${pane}`);
  }

  /** Waits until the screen matches, and answers the match. */
  async shows(pattern: RegExp, pane: number = 0): Promise<RegExpExecArray> {
    const deadline = Date.now() + DEADLINE;
    for (;;) {
      const screen = this.screen(pane);
      const match = pattern.exec(screen);
      if (match !== null) return match;
      if (Date.now() > deadline) throw new Error(`The terminal does not show ${String(pattern)}:\n${screen.trimEnd()}`);
      await setTimeout(INTERVAL);
    }
  }

  /** Opens one more pane, which gets the next number. */
  split(): void {
    this.#tmux("split-window", "-d", "-t", `:.${this.#panes++}`, "PS1='$ ' sh");
    this.#tmux("select-layout", "even-vertical");
  }

  resize(columns: number): void {
    this.#tmux("resize-window", "-x", String(columns));
  }

  #tmux(...args: string[]): string {
    return execFileSync("tmux", ["-S", join(this.#folder, "socket"), ...args], {
      encoding: "utf8",
      timeout: DEADLINE,
      env: ENVIRONMENT,
    });
  }
}
