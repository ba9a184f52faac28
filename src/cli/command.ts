/** The commands: what stands behind `hawser` is one of these, or a service. */
import type { OptionTable } from "./option.ts";

/** An operand. */
export interface Operand {
  readonly name: string;
  readonly help: string;
  /** What it may be; without them, a file. */
  readonly choices?: readonly string[];
}

/** What the help and the completion have to know of a command or a service. */
export interface Description {
  readonly name: string;
  readonly summary: string;
  readonly operand?: Operand;
  /** What may follow a `--`. */
  readonly rest?: string;
  readonly examples: readonly { readonly command: string; readonly does: string }[];
  readonly options: OptionTable;
}

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

/** Runs what a module exports. */
export const RUN: Description = {
  name: "run",
  summary: "Runs a module that exports an application, a service, or a function of the reactor",
  operand: { name: "FILE", help: "the module: JavaScript, or TypeScript where this Node runs it" },
  rest: "ARGUMENT ...",
  examples: [
    { command: "hawser run ./server.js", does: "runs what server.js exports as default" },
    {
      command: "hawser run ./server.js --workers 4 --listen tcp:8080",
      does: 'runs it in four processes; strports.service("tcp:8080", ...) in it listens on the port that they share',
    },
  ],
  options: {
    listen: {
      type: "endpoint",
      short: "l",
      repeatable: true,
      help: "with --workers: a port that they share, in the words in which the module asks for it; may be given again",
    },
  },
};

/** Prints what makes a shell complete command lines. */
export const COMPLETION: Description = {
  name: "completion",
  summary: "Prints what makes a shell complete the command's words",
  operand: { name: "SHELL", help: "the shell", choices: SHELLS },
  examples: [
    { command: 'eval "$(hawser completion bash)"', does: "in ~/.bashrc: the tab key completes services and options" },
    { command: "hawser completion fish > ~/.config/fish/completions/hawser.fish", does: "the same for fish" },
  ],
  options: {},
};

export const COMMANDS: readonly Description[] = [RUN, COMPLETION];
