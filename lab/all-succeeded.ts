/** Waits for all, also when one fails early: what the others say must not get lost. */
export async function ensureAllSucceeded(
  work: readonly Promise<void>[],
): Promise<void> {
  const results = await Promise.allSettled(work);
  const errors = results.flatMap((result) =>
    result.status === "rejected" ? [result.reason as Error] : [],
  );
  const [first] = errors;
  if (errors.length === 1 && first) throw first;
  if (errors.length > 1)
    throw new AggregateError(
      errors,
      errors.map(({ message }) => message).join("\n"),
    );
}
