/** The lab of this worker: two files run side by side, each on hosts of its own. `FLOTILLA_TEST_LAB` names it, "test" by default. */
export function testLab(): string {
  const name = process.env["FLOTILLA_TEST_LAB"] ?? "test";
  const worker = process.env["VITEST_POOL_ID"] ?? "1";
  return worker === "1" ? name : `${name}-${worker}`;
}
