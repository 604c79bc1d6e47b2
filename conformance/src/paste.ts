/** Failing cases as lines that can be pasted into a test. */
import type { Description, Form } from "./case.js";
import { checkCase, type Failure } from "./check.js";
import { forms } from "./forms/index.js";
import { availableBackends } from "./library.js";
import type { Failing } from "./shrink.js";

export interface FailedCase {
  /** `await conformanceCase({ form: "conv2d", ... });` */
  readonly line: string;
  readonly why: string;
}

export function pastable({ simplest }: Form, { description, failure }: Failing): FailedCase {
  const entries = Object.entries(description).filter(([field, value]) => {
    return field === "form" || JSON.stringify(value) !== JSON.stringify(simplest[field]);
  });
  const fields = entries.map(([field, value]) => `${field}: ${textOf(value)}`);
  return { line: `await conformanceCase({ ${fields.join(", ")} });`, why: whyOf(failure) };
}

function textOf(value: Description[string]): string {
  return Array.isArray(value) ? `[${value.map(textOf).join(", ")}]` : JSON.stringify(value);
}

function whyOf({ backend, threads, against, complaint }: Failure): string {
  const where = `${backend} backend, ${threads} ${threads === 1 ? "thread" : "threads"}`;
  if (typeof complaint === "string") return `${where}, against ${against}: ${complaint}`;
  const { output, index, actual, expected, excess } = complaint;
  const far = Number.isNaN(excess) ? "" : `, ${excess.toPrecision(2)} times as far off as it may be`;
  return `${where}, against ${against}: ${output}[${index}] is ${actual} for ${expected}${far}`;
}

/**
 * Runs one case on every backend of this engine, with the threads that it wants; fields that are left out are those of its
 * form's simplest case.
 *
 * @throws {Error} when it fails, with the reason.
 */
export async function conformanceCase(
  given: Partial<Description> & { readonly form: string },
  of: readonly Form[] = forms,
): Promise<void> {
  const form = of.find(({ name }) => name === given.form);
  if (form === undefined)
    throw new Error(`no form "${given.form}": ${of.map(({ name }) => name).join(", ")}`);
  const description = { ...form.simplest, ...given } as Description;
  const unknown = Object.keys(given).filter((field) => !(field in form.simplest));
  if (unknown.length > 0) throw new Error(`${form.name} has no ${unknown.join(", ")}`);
  if (!form.isValid(description)) throw new Error("sizes or options of the case do not fit together");
  const failures = await checkCase(form, description, availableBackends());
  if (failures.length > 0) throw new Error(failures.map(whyOf).join("\n"));
}
