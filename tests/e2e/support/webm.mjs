// Reads the blocks of sound out of a WebM file (RFC 9559), as a judge of what the app did with it.

/** The payloads of all blocks, in order, in base64; `times` are their milliseconds. */
export function blocks(file) {
  const payloads = [];
  const times = [];
  let at = 0;
  let cluster = 0;
  const number = (length, masked) => {
    let value = BigInt(file[at]);
    if (masked) value &= (1n << BigInt(8 - length)) - 1n;
    for (let more = 1; more < length; more += 1) value = (value << 8n) | BigInt(file[at + more]);
    at += length;
    return value;
  };
  const length = () => Math.clz32(file[at]) - 23;
  // Of a recorder that was killed, the last element may be there in part.
  const isThere = () => at < file.length && at + length() <= file.length;
  while (isThere()) {
    const id = Number(number(length(), false));
    if (!isThere()) break;
    const size = Number(number(length(), true));
    const isOpen = id === 0x18538067 || id === 0x1f43b675;
    if (isOpen) continue;
    const end = at + size;
    if (end > file.length) break;
    if (id === 0xe7) cluster = Number(number(size, false));
    if (id === 0xa3) {
      times.push(cluster + file.readInt16BE(at + 1));
      payloads.push(file.subarray(at + 4, end).toString('base64'));
    }
    at = end;
  }
  return { payloads, times };
}
