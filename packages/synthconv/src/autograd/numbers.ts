/**
 * The numbers of tensors that lie in the memory of results (../core/results.ts), which the next step writes over.
 *
 * Operations read them in place, by `numbersOf`. Everyone else reads `data`, and gets a copy in ordinary memory, which is
 * what the tensor holds from then on: whoever keeps that array, writes to it or transfers it does what they always could,
 * and never has an array over the numbers of others. All tensors over the same numbers get the same copy.
 */
import { copyFor, type FloatArray } from "../core/float-array.js";
import { addressOf } from "../core/results.js";
import { type Held, scopes } from "./scope.js";

const places = new WeakMap<Held, FloatArray>();
const copies = new WeakMap<FloatArray, FloatArray>();

/** How many tensors have a place: with none, nobody is looked up. */
let count = 0;

/** What operations read: the numbers where they lie. They do not outlive the scope. */
export function numbersOf(tensor: Held): FloatArray {
  const place = count === 0 ? undefined : places.get(tensor);
  return place === undefined ? tensor.data : (copies.get(place) ?? place);
}

/** Puts `data` of a new tensor out of sight where it lies in the memory of results. */
export function keepInPlace(tensor: Held, data: FloatArray): void {
  if (addressOf(data) === undefined) return;
  places.set(tensor, data);
  count++;
  Object.defineProperty(tensor, "data", COPY_WHEN_READ);
}

/** Forgets the place of a tensor, whose `data` says from now on what there is to say. */
export function leavePlace(tensor: Held): void {
  if (count > 0 && places.delete(tensor)) count--;
}

/** One for all: a function of its own for each tensor would make each a kind of its own for the engine. */
const COPY_WHEN_READ: PropertyDescriptor = {
  get(this: Held): FloatArray {
    const value = copyOfPlace(places.get(this) as FloatArray);
    leavePlace(this);
    Object.defineProperty(this, "data", { value, writable: true, enumerable: true, configurable: true });
    return value;
  },
  enumerable: true,
  configurable: true,
};

function copyOfPlace(place: FloatArray): FloatArray {
  const known = copies.get(place);
  if (known !== undefined) return known;
  const address = addressOf(place) as number;
  // It belongs to the scope of the numbers, which may be further out than the one that reads them.
  let scope = scopes.current;
  while (scope !== undefined && scope.firstResult > address) scope = scope.outer;
  const copy = scope === undefined ? place.slice() : copyFor(scope.arena, place);
  copies.set(place, copy);
  return copy;
}
