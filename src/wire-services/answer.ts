/** What a service says: at once, or when it knows. */
export type Answer = string | Uint8Array | PromiseLike<string | Uint8Array>;

/** Gives a service what it says; called each time somebody asks. */
export type Saying = () => Answer;
