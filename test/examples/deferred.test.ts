/** The programs of `examples/deferred/`, run as a user runs them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Program } from "../support/program.ts";

/** Checks that a program ends well and prints `lines`, and nothing on standard error. */
function prints(name: string, title: string, lines: readonly string[]): void {
  test(`${name}, ${title}`, async () => {
    const program = await Program.run(`examples/deferred/${name}`);
    assert.equal(program.stderr, "");
    assert.equal(program.process.exitCode, 0);
    assert.deepEqual(program.stdout.split("\n"), [...lines, ""]);
  });
}

prints("poem", "serves a poem, or none", [
  "Your poem is served:",
  "This poem is short.",
  "No poetry for you.",
  "Finished",
]);

prints("levels", "goes from callbacks to errbacks and back", [
  "callback1 with input: success",
  "callback2 with input: from callback1: success",
  "in errback3: Message 23",
  "--",
  "in errback0: Message 24",
  "callback1 with input: from errback0",
  "callback2 with input: from callback1: from errback0",
  "in errback3: Message 23",
]);

prints("fire-once", "ignores what comes later, or says who was first", [
  "Received: The Road Not Taken",
  "The receiver knew better than to fire twice",
  "AlreadyCalledError: Cannot fire a Deferred twice: it has been fired already",
  "Debug mode names both places: true",
]);

prints("failures", "asks a failure what it is", [
  'Message: There is no poem called "The Raven"',
  "Is it one of these? no",
  "Or one of these? NotFoundError",
  "In short:",
  'NotFoundError: There is no poem called "The Raven"',
  "Caused by: RangeError: Page 7 of 6",
  "It is the same error again: true",
  "Try another one than The Raven",
  "Something else: A poem needs a title",
]);

prints("unhandled", "reports what nobody took at the end of the turn", [
  "Handled in the same turn",
  "Reported: Unhandled error in Deferred - nobody listens",
  "The next turn",
  "Reported: Unhandled error in Deferred - made here",
]);

prints("transform", "mends one failure and not the other", [
  "The engine works:",
  "  they said that it could not be done",
  "  Done",
  "The engine makes gibberish:",
  "  Gibberish: the poem stays as it was",
  "  They Said That It Could Not Be Done",
  "  Done",
  "The engine breaks:",
  "  The poem is spoiled: A bug in the engine",
  "  Done",
]);

prints("inner", "waits for the Deferreds that its callbacks return", [
  "First callback got: the outer result",
  "The chain is waiting: Deferred { <waiting for> Deferred { <pending> } }",
  "Second callback got: the inner result",
  "The chain is done: Deferred { undefined }",
  "At once: one, two",
  "The poem is on its way",
  "The first client gets: Tyger Tyger, burning bright",
  "The second client gets: Tyger Tyger, burning bright",
]);

prints("coroutine", "waits, catches and is cancelled", [
  "A result:",
  "Asking: x",
  "The first answer is 6",
  "Asking: y",
  "The second answer is 7",
  "The product is 420",
  "A failure, caught where it is waited for:",
  "Asking: z",
  "Caught: The server is down",
  "The chain failed: and another one that is not",
  "Cancelled:",
  "Asking: x",
  "The first answer is 6",
  "Asking: y",
  "Stopped asking: y",
  "The chain failed: CancelledError",
]);

prints("list", "has the outcomes of many", [
  "An empty list fires at once:",
  "[]",
  "The order is that of the list, whichever fires first:",
  "(one is missing)",
  "[ 'one', 'two' ]",
  "A failure is an outcome like any other:",
  "[ 'good', 'failed' ]",
  "The first result is enough:",
  "Mirror 1 has it: Ozymandias",
  "The first failure is too much:",
  "Part 1 failed: torn",
  "All results, each with its type:",
  "14 LINES",
]);

prints("cancelling", "stops what can be stopped", [
  "plain: cancelled",
  "done: in time",
  "(stopping the work)",
  "work: cancelled",
  "partial: what was there so far",
  "angry: failed",
  "(stopping the inner work)",
  "outer: cancelled",
  "(aborting the request)",
  "fetching: cancelled",
  "promise: CancelledError, for the user went away",
]);

prints("turns", "lets one, or two, or whoever waits go on", [
  "The first writes",
  "The second writes",
  "The first is done",
  "The squares are [ 1, 4, 9, 16, 25 ] and at most 2 ran at a time",
  'Ann reads "first line"',
  'Bob reads "second line"',
  "QueueOverflow: Cannot put into the queue: it holds 1 objects, expected fewer",
]);
