/** What the command ends with: small numbers that scripts can rely on, listed in `docs/command.md`. */
export const ExitCode = {
  /** Everything was fine, or the program was told to stop. */
  fine: 0,
  /** It ran, and failed. */
  failed: 1,
  /** The command line is wrong; nothing was started. */
  wrongUse: 2,
  /** A port could not be opened. */
  cannotListen: 3,
  /** A module or a package could not be loaded, or has nothing to run. */
  cannotLoad: 4,
  /** What is to be there before it starts is not: a folder, a log file, a PID file, a user. */
  cannotPrepare: 5,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];
