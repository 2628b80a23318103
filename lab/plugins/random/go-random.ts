import start from "./go-start-values.json" with { type: "json" };

const length = 607;
const tapDistance = 273;
const isoPolynomial = 0xd800000000000000n;
const int31Max = 2n ** 31n - 1n;
const int63Mask = 2n ** 63n - 1n;

/**
 * A whole number from 0 to below `limit` that depends on the seed alone: the number that Go's math/rand gives for the
 * seed's CRC-64, which is what the official plugin takes.
 */
export function seededInt(seed: string, limit: bigint): bigint {
  const next = goSource(checksum(seed));
  return limit <= int31Max
    ? below(limit, () => next() >> 32n, 2n ** 31n)
    : below(limit, next, 2n ** 63n);
}

/** A number from 0 to below `limit` out of numbers from 0 to below `range`; those that would make some results likelier are passed over. */
export function below(
  limit: bigint,
  next: () => bigint,
  range: bigint,
): bigint {
  const end = range - (range % limit);
  let value = next();
  while (value >= end) value = next();
  return value % limit;
}

function checksum(text: string): bigint {
  let crc = 2n ** 64n - 1n;
  for (const byte of Buffer.from(text)) {
    crc ^= BigInt(byte);
    for (let bit = 0; bit < 8; bit += 1) {
      crc = crc & 1n ? (crc >> 1n) ^ isoPolynomial : crc >> 1n;
    }
  }
  return BigInt.asIntN(64, crc ^ (2n ** 64n - 1n));
}

/** Go's additive lagged Fibonacci generator: non-negative 63-bit numbers. */
function goSource(seed: bigint): () => bigint {
  const values = startValues(seed);
  let tap = 0;
  let feed = length - tapDistance;
  return () => {
    tap = (tap + length - 1) % length;
    feed = (feed + length - 1) % length;
    values[feed] = (values[feed] ?? 0n) + (values[tap] ?? 0n);
    return (values[feed] ?? 0n) & int63Mask;
  };
}

function startValues(seed: bigint): BigUint64Array {
  const cooked = Buffer.from(start.values, "base64");
  let state = ((seed % int31Max) + int31Max) % int31Max || 89482311n;
  const step = (): bigint => (state = (state * 48271n) % int31Max);
  for (let skipped = 0; skipped < 20; skipped += 1) step();
  return BigUint64Array.from({ length }, (_, index) => {
    const mixed = (step() << 40n) ^ (step() << 20n) ^ step();
    return BigInt.asUintN(64, mixed) ^ cooked.readBigUInt64BE(index * 8);
  });
}
