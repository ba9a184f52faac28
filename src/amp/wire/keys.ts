/** The keys that AMP itself uses, which make a box a call, an answer or an error. */

export const ASK = "_ask";
export const ANSWER = "_answer";
export const COMMAND = "_command";
export const ERROR = "_error";
export const ERROR_CODE = "_error_code";
export const ERROR_DESCRIPTION = "_error_description";
