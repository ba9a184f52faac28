/** `hawser/finger`: who is somebody on another machine (RFC 1288). */
export { DEFAULT_PORT, FingerClient, finger } from "./finger-client.ts";
export type { FingerOptions } from "./finger-client.ts";
export { Finger } from "./finger.ts";
export type { FingerAnswer } from "./finger.ts";
export { AnswerTooLong, InvalidQuery } from "./wire/errors.ts";
