/** Keeps what is logged in a test file off the screen; `capturedLogs` still sees it. To be imported for its effect. */
import { globalLogBeginner } from "../../src/logger/global-log.ts";

globalLogBeginner.beginLoggingTo([]);
