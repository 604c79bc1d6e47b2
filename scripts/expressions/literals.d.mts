export interface Literal {
  readonly file: string;
  readonly pattern: string;
  readonly flags: string;
}

export function literalsOf(): Generator<Literal>;
