/** The cases of a run, by its seed: each aim as often as coverage wants it, then draws from the whole space. */
import type { Aim, Case, Description, Form } from "./case.js";
import { Random } from "./random.js";

/** Cases that every choice is taken by at least. */
export const MIN_CASES = 20;

// Of free cases one in this many comes from an aim, too: aims draw sizes that free draws do not.
const AIMED = 20;
// Draws that are no case, one after the other, before a form is given up.
const MAX_DRAWS = 10_000;

/** Of how many cases the aims of these forms are. */
export function aimedCases(forms: readonly Form[]): number {
  const times = forms.flatMap(({ aims }) => aims.map((aim) => aim.times ?? MIN_CASES));
  return times.reduce((sum, one) => sum + one, 0);
}

export interface PlannedCase {
  /** In the run. */
  readonly number: number;
  readonly form: Form;
  readonly description: Description;
  readonly one: Case;
}

/** Which cases of a run one of several processes does: those whose number leaves `index` when divided by `jobs`. */
export interface Share {
  readonly index: number;
  readonly jobs: number;
}

/**
 * At least `cases` of them, and as many as the aims need: one of each aim, the forms in turn, then again, so that what is
 * wrong shows early.
 *
 * @param only the forms whose cases are yielded, the same as without it.
 */
export function* planned(
  forms: readonly Form[],
  seed: number,
  cases: number,
  { index, jobs }: Share = { index: 0, jobs: 1 },
  only?: readonly string[],
): Generator<PlannedCase> {
  const most = Math.max(0, ...forms.map(({ aims }) => aims.length));
  const aims = Array.from({ length: most }, (_, index) =>
    forms.flatMap((form) => form.aims.slice(index, index + 1).map((aim) => ({ form, aim }))),
  ).flat();
  const timesOf = ({ aim }: (typeof aims)[number]): number => aim.times ?? MIN_CASES;
  const rounds = Array.from({ length: Math.max(0, ...aims.map(timesOf)) }, (_, round) => round);
  const needed = rounds.flatMap((round) => aims.filter((aimed) => timesOf(aimed) > round));
  const shares = forms.flatMap((form) => Array.from({ length: form.share }, () => form));
  for (let number = index; number < Math.max(cases, needed.length); number += jobs) {
    const random = new Random(seed, `kind of case ${number}`);
    const aimed = needed[number] ?? (random.integer(1, AIMED) === 1 ? random.pick(aims) : undefined);
    const form = aimed?.form ?? random.pick(shares);
    if (only?.includes(form.name) === false) continue;
    yield drawCase(number, form, aimed?.aim, new Random(seed, `case ${number}`));
  }
}

function drawCase(
  number: number,
  form: Form,
  aim: Aim<Description> | undefined,
  random: Random,
): PlannedCase {
  for (let draws = 0; draws < MAX_DRAWS; draws++) {
    const description = (aim ?? form).draw(random);
    const one = form.isValid(description) ? form.prepare(description) : undefined;
    if (one !== undefined) return { number, form, description, one };
  }
  throw new Error(`${form.name}, ${aim?.name ?? "any"}: none of ${MAX_DRAWS} draws is a case`);
}
