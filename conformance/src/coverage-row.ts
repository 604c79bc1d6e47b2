/** What coverage asks for: rows of choices. */

/** What a run could take. */
export interface RunFacts {
  readonly reference: boolean;
  /** A backend other than the reference. */
  readonly kernels: boolean;
  readonly threads: boolean;
  /** Node's, for copies to shared memory. */
  readonly buffer: boolean;
  /** Every form that calls a kernel was drawn from. */
  readonly kernelForms: boolean;
  readonly networks: boolean;
}

export interface Row {
  readonly where: string;
  readonly taken: readonly string[];
  /** What a run needs for it. */
  readonly needs: readonly (keyof RunFacts)[];
  readonly least: number;
}
