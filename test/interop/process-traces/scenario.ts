/**
 * Scenarios of child processes, for Twisted and for us: a child, and what its protocol does when something happens.
 *
 * Where the system is free to say one thing before the other, such as that a process has exited and that its output is closed, both orders
 * are right; then a trace is compared descriptor by descriptor, and `inOrder` is false.
 */

/** What a protocol does. Strings that are written are ASCII. */
export type Action =
  | readonly ["write", string]
  | readonly ["writeSequence", ...string[]]
  | readonly ["writeToChild", number, string]
  | readonly ["closeStdin" | "closeStdout" | "closeStderr" | "loseConnection" | "pauseProducing" | "resumeProducing"]
  | readonly ["closeChildFD", number]
  | readonly ["signal", string | number]
  | readonly ["pid"]
  | readonly ["throw"];

export interface Scenario {
  readonly name: string;
  /** A script of the shell. */
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly childFDs?: Readonly<Record<string, "r" | "w">>;
  /** What is done once, by event: `"made"`, `"lost 1"`, `"exited"`, `"ended"`, or `"data 1 ready"` when that was received so far. */
  readonly on: Readonly<Record<string, readonly Action[]>>;
  readonly inOrder: boolean;
}

export const SCENARIOS: readonly Scenario[] = [
  { name: "a process that does nothing", script: ":", on: {}, inOrder: false },
  { name: "an exit code", script: "exit 42", on: {}, inOrder: false },
  { name: "output and errors", script: "echo out; echo err >&2; echo more", on: {}, inOrder: false },
  {
    name: "what is written comes back",
    script: "cat",
    on: { made: [["write", "a"], ["writeSequence", "b", "c"], ["closeStdin"]] },
    inOrder: false,
  },
  {
    name: "one descriptor after the other, then the exit",
    script: "exec >&-; read a; exec 2>&-; read b; exec 3<&0 <&-; exit 3",
    on: { "lost 1": [["write", "x\n"]], "lost 2": [["write", "y\n"]] },
    inOrder: false,
  },
  {
    name: "the output is closed, the process lives on",
    script: "exec >&-; read a; exec 2>&-; read b; exec <&-; read c <&3; exit 9",
    childFDs: { 0: "w", 1: "r", 2: "r", 3: "w" },
    on: { "lost 1": [["write", "x\n"]], "lost 2": [["write", "y\n"]], "lost 0": [["writeToChild", 3, "z\n"]] },
    inOrder: false,
  },
  {
    name: "a step at a time",
    script: "echo ready; read a; echo $a; exec >&-; read b; exec 2>&-; read c; exit 1",
    on: { "data 1 ready\n": [["write", "one\n"]], "lost 1": [["write", "two\n"]], "lost 2": [["closeStdin"]] },
    inOrder: true,
  },
  {
    name: "a grandchild holds everything",
    script: "exec 3<&0; (read a <&3; echo $a) & exit 5",
    on: { exited: [["pid"], ["write", "held\n"]] },
    inOrder: false,
  },
  {
    name: "a grandchild holds the output alone",
    script: "exec 4<&3; (read a <&4; echo $a) <&- 2>&- & exit 0",
    childFDs: { 0: "w", 1: "r", 2: "r", 3: "w" },
    on: { exited: [["writeToChild", 3, "held\n"]] },
    inOrder: false,
  },
  { name: "TERM", script: "echo ready; read a", on: { "data 1 ready\n": [["signal", "TERM"]] }, inOrder: false },
  { name: "KILL", script: "echo ready; read a", on: { "data 1 ready\n": [["signal", "KILL"]] }, inOrder: false },
  { name: "INT", script: "echo ready; read a", on: { "data 1 ready\n": [["signal", "INT"]] }, inOrder: false },
  { name: "HUP", script: "echo ready; read a", on: { "data 1 ready\n": [["signal", "HUP"]] }, inOrder: false },
  {
    name: "a signal by number",
    script: "echo ready; read a",
    on: { "data 1 ready\n": [["signal", 10]] },
    inOrder: false,
  },
  {
    name: "TERM is ignored",
    script: "trap '' TERM; echo ready; read a; echo $a; exit 2",
    on: {
      "data 1 ready\n": [
        ["signal", "TERM"],
        ["write", "alive\n"],
      ],
    },
    inOrder: false,
  },
  {
    name: "a trap",
    script: "trap 'echo caught; exit 6' TERM; echo ready; while :; do read a; done",
    on: {
      "data 1 ready\n": [
        ["signal", "TERM"],
        ["write", "x\n"],
      ],
    },
    inOrder: false,
  },
  {
    name: "a signal after the exit",
    script: "exit 1",
    on: { exited: [["pid"], ["signal", "TERM"]], ended: [["pid"], ["signal", "KILL"]] },
    inOrder: false,
  },
  { name: "loseConnection", script: "cat; exit 4", on: { made: [["loseConnection"]] }, inOrder: false },
  {
    name: "loseConnection in the middle",
    script: "echo ready; cat; exit 4",
    on: { "data 1 ready\n": [["loseConnection"]] },
    inOrder: false,
  },
  {
    name: "closeStdout, then more is written",
    script: "trap '' PIPE; echo ready; read a; echo lost; echo err >&2; exit 8",
    on: { "data 1 ready\n": [["closeStdout"]], "lost 1": [["write", "x\n"]] },
    inOrder: false,
  },
  {
    name: "closeStderr",
    script: "read a; exit 0",
    on: { made: [["closeStderr"]], "lost 2": [["write", "x\n"]] },
    inOrder: false,
  },
  {
    name: "closing what is closed, and what never was",
    script: "cat",
    on: {
      made: [["closeStdin"], ["closeStdin"], ["closeChildFD", 7]],
      ended: [["closeStdin"], ["closeStdout"], ["loseConnection"]],
    },
    inOrder: false,
  },
  {
    name: "what is written before closeStdin, arrives",
    script: "cat",
    on: { made: [["write", "x".repeat(300_000)], ["closeStdin"]] },
    inOrder: false,
  },
  {
    name: "writing when the input is closed",
    script: "exec <&-; read a <&3; exit 0",
    childFDs: { 0: "w", 1: "r", 2: "r", 3: "w" },
    on: {
      "lost 0": [
        ["write", "dropped"],
        ["writeToChild", 3, "x\n"],
      ],
    },
    inOrder: false,
  },
  {
    name: "writing when all is over",
    script: ":",
    on: {
      ended: [
        ["write", "dropped"],
        ["writeSequence", "a", "b"],
      ],
    },
    inOrder: false,
  },
  {
    name: "more descriptors, both ways",
    script: "read a <&3; echo $a >&4; read b <&5; echo $b >&6",
    childFDs: { 3: "w", 4: "r", 5: "w", 6: "r" },
    on: { made: [["writeToChild", 3, "to three\n"]], "data 4 to three\n": [["writeToChild", 5, "to five\n"]] },
    inOrder: false,
  },
  {
    name: "no standard input",
    script: "echo out",
    childFDs: { 1: "r" },
    on: { made: [["write", "nobody"], ["closeStdin"]] },
    inOrder: false,
  },
  {
    name: "paused and resumed",
    script: "head -c 300000 /dev/zero | tr '\\0' x; echo done >&2",
    on: { made: [["pauseProducing"], ["resumeProducing"]] },
    inOrder: false,
  },
  { name: "environment", script: 'echo "$A-$B-$HOME"', env: { A: "1", B: "two words" }, on: {}, inOrder: false },
  { name: "arguments", script: 'echo "$0|$1|$2|$#"', args: ["zero", "one two", ""], on: {}, inOrder: false },
  { name: "the folder", script: "pwd", path: "/usr", on: {}, inOrder: false },
  {
    name: "a protocol that throws when it is made",
    script: "echo out; exit 2",
    on: { made: [["throw"]] },
    inOrder: false,
  },
  {
    name: "a protocol that throws over data",
    script: "echo out; read a; exit 2",
    on: { "data 1 out\n": [["throw"]], "lost 1": [["closeStdin"]] },
    inOrder: false,
  },
  {
    name: "a protocol that throws over a closed descriptor",
    script: "exec >&-; read a; exit 2",
    on: { made: [["closeStdin"]], "lost 1": [["throw"]], "lost 0": [["throw"]] },
    inOrder: false,
  },
  { name: "a protocol that throws over the exit", script: "exit 2", on: { exited: [["throw"]] }, inOrder: false },
  { name: "a protocol that throws over the end", script: "exit 2", on: { ended: [["throw"]] }, inOrder: false },
];
