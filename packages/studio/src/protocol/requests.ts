/** What the page may ask of the worker: a row a request, with what goes, what comes back, and what is told meanwhile. */

export interface Requests {
  /** How this browser calculates. */
  readonly engine: { readonly ask: object; readonly answer: Engine; readonly news: never };
}

export interface Engine {
  /** The library's build of its kernels: `simd`, `relaxed`, `plain`. */
  readonly backend: string;
  /** Whether the page is cross-origin isolated, so that threads may share memory. */
  readonly isolated: boolean;
}

export type RequestName = keyof Requests;
export type Ask<Name extends RequestName> = Requests[Name]["ask"];
export type Answer<Name extends RequestName> = Requests[Name]["answer"];
export type News<Name extends RequestName> = Requests[Name]["news"];
