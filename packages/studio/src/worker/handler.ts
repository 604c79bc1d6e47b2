import type { Answer, Ask, News, RequestName } from "../protocol/index.js";

/** What a request may do besides answering. */
export interface Context<Name extends RequestName> {
  /** Aborted when the page no longer wants the answer. */
  readonly signal: AbortSignal;
  /** Tells the page something before the answer is there; what is listed in `transfer` changes hands. */
  tell(news: News<Name>, transfer?: readonly Transferable[]): void;
}

/** An answer, and what of it changes hands instead of being copied. */
export interface Handed<Value> {
  readonly answer: Value;
  readonly transfer: readonly Transferable[];
}

export type Handler<Name extends RequestName> = (
  ask: Ask<Name>,
  context: Context<Name>,
) => Handed<Answer<Name>> | Promise<Handed<Answer<Name>>>;

/** The worker's whole ability: the compiler asks for a row for every request. */
export type Handlers = { readonly [Name in RequestName]: Handler<Name> };
