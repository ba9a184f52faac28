/**
 * The levels of a chain: each has a callback and an errback, of which one is called or none. What a level returns or throws decides which of
 * the two the next level calls.
 */
import { Deferred } from "hawser/deferred";
import type { Failure } from "hawser/deferred";

class MyCustomError extends Error {
  readonly number: number;

  constructor(message: string, number: number) {
    super(message);
    this.number = number;
  }
}

function callback1(result: string): string {
  console.log("callback1 with input:", result);
  return `from callback1: ${result}`;
}

function callback2(result: string): never {
  console.log("callback2 with input:", result);
  throw new MyCustomError("Message", 23);
}

function errback(level: number): (failure: Failure) => string {
  return (failure) => {
    const { message, number } = failure.trapValue(MyCustomError);
    console.log(`in errback${level}:`, message, number);
    return `from errback${level}`;
  };
}

function makeChain(): Deferred<string> {
  const d = new Deferred<string>();
  d.addErrback(errback(0));
  d.addCallbacks(callback1, errback(1));
  d.addCallbacks(callback2, errback(2));
  d.addErrback(errback(3));
  d.addErrback(errback(4));
  return d;
}

makeChain().callback("success");
console.log("--");
makeChain().errback(new MyCustomError("Message", 24));
