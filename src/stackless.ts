/**
 * Errors of events: the end of a connection, an answer of the system. Where they were made is always the same place, the reactor, which
 * tells nobody anything; and to note it costs more than all the rest of such an event.
 */

/** What `make` answers; the errors that it makes have no stack. */
export function stackless<T>(make: () => T): T {
  // Programs can forbid that anything builtin is changed.
  if (Object.isFrozen(Error)) return make();
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return make();
  } finally {
    Error.stackTraceLimit = limit;
  }
}
