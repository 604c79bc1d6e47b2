/** What crosses between the page and its worker. Every request has an id of its own; an answer that nobody waits for is dropped. */
import type { Answer, Ask, News, RequestName } from "./requests.js";

export type ToWorker =
  | { readonly kind: "ask"; readonly id: number; readonly name: RequestName; readonly ask: Ask<RequestName> }
  | { readonly kind: "cancel"; readonly id: number };

export type FromWorker =
  | { readonly kind: "news"; readonly id: number; readonly news: News<RequestName> }
  | { readonly kind: "answer"; readonly id: number; readonly answer: Answer<RequestName> }
  | { readonly kind: "fault"; readonly id: number; readonly fault: Fault };

/** An error, as far as it can cross. */
export interface Fault {
  /** The class of the error: `ValueError`. */
  readonly name: string;
  /** Sentences for the person: what was expected, what came, what to do. */
  readonly message: string;
}

export function faultOf(error: unknown): Fault {
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: "Error", message: String(error) };
}
