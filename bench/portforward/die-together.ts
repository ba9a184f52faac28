/** Programs that are not to outlive the one that starts them, which is killed without a warning. */

/** The command that runs `command`, and dies when its parent does. */
export function dieTogether(command: string, ...args: string[]): [string, string[]] {
  return ["setpriv", ["--pdeathsig", "KILL", command, ...args]];
}
