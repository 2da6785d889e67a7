// Flags of the commands that measure.

/** A flag that cannot be used; one line says why. */
export class UsageError extends Error {}

/** A text that is there and not empty. */
export function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A whole number from 1 to 600. @throws {UsageError} When it is none. */
export function whole(flag: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback;
  const number = Number(value);
  if (Number.isInteger(number) && number >= 1 && number <= 600) return number;
  throw new UsageError(`Cannot use --${flag}: must be 1 to 600, current value is ${value}`);
}

/** Items by their names. @throws {UsageError} When one has another name. */
export function chosen<T extends { readonly name: string }>(
  flag: string,
  value: unknown,
  all: readonly T[],
): readonly T[] | undefined {
  return text(value)?.split(",").map((name) => {
    const found = all.find((item) => item.name === name);
    if (found !== undefined) return found;
    const names = all.map((item) => item.name).join(", ");
    throw new UsageError(`Cannot use --${flag}: must be among ${names}, current value is ${name}`);
  });
}
