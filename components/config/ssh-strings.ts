/** The first `count` length-prefixed strings of a key in OpenSSH's binary form, and then what is left. */
export function sshStrings(
  bytes: Buffer,
  count: number,
  short = false,
): Buffer[] {
  const found: Buffer[] = [];
  let offset = 0;
  while (found.length < count) {
    if (short && offset >= bytes.length) return found;
    const end = offset + 4 + bytes.readUInt32BE(offset);
    if (end > bytes.length) throw new RangeError("cut short");
    found.push(bytes.subarray(offset + 4, end));
    offset = end;
  }
  return [...found, bytes.subarray(offset)];
}
