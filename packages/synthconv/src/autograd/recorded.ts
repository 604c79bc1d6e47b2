/** What the tape keeps beside tensors. */

/** Number of in-place writes to a data array; shared by all tensors over the same array. */
export interface WriteCounter {
  count: number;
}

/** Numbers, flags, names and lists of an operation, by the names of its options. */
export type OperationSettings = Readonly<Record<string, unknown>>;

/** A number, or lists of them in lists: a tensor in plain JavaScript. */
export type NestedNumbers = number | readonly NestedNumbers[];
