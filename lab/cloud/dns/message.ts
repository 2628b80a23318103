import packet from "dns-packet";
import { answerFromZones, type Zone, type ZoneRecord } from "./zone.ts";

const refused = 5;
const noSuchName = 3;

/** The answer to a question in the wire form, from zones alone; undefined for a name that is in none, and for what is no question. */
export function answerMessage(
  zones: readonly Zone[],
  message: Buffer,
): Buffer | undefined {
  const asked = packet.decode(message);
  const [question] = asked.questions ?? [];
  if (!question || asked.type !== "query") return undefined;
  const found = answerFromZones(zones, question.name, question.type);
  if (!found) return undefined;
  const { zone, records, exists } = found;
  return packet.encode({
    type: "response",
    id: asked.id ?? 0,
    flags:
      packet.AUTHORITATIVE_ANSWER |
      packet.RECURSION_AVAILABLE |
      ((asked.flags ?? 0) & packet.RECURSION_DESIRED) |
      (exists ? 0 : noSuchName),
    questions: [question],
    answers: records.map(renderRecord),
    ...(records.length === 0 && { authorities: [renderAuthority(zone)] }),
  });
}

/** Says that nobody could be asked. */
export function refuseMessage(message: Buffer): Buffer {
  const { id, questions } = packet.decode(message);
  return packet.encode({
    type: "response",
    id: id ?? 0,
    flags: refused,
    questions: questions ?? [],
  });
}

function renderRecord(record: ZoneRecord): packet.Answer {
  const { name, ttl, type, data } = record;
  if (type === "MX") {
    const preference = record.priority ?? 0;
    return { name, ttl, type, data: { exchange: data, preference } };
  }
  if (type === "TXT") return { name, ttl, type, data: splitText(data) };
  return { name, ttl, type, data };
}

/** How long a name may be taken for absent. */
function renderAuthority({ name, ttl }: Zone): packet.Answer {
  const data = {
    mname: `ns1.${name}`,
    rname: `hostmaster.${name}`,
    serial: 1,
    refresh: ttl,
    retry: ttl,
    expire: ttl,
    minimum: 0,
  };
  return { name, type: "SOA", ttl: 0, data };
}

/** A text is sent in strings of at most 255 bytes. */
function splitText(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const count = Math.max(1, Math.ceil(bytes.length / 255));
  return Array.from({ length: count }, (_, index) =>
    bytes.subarray(index * 255, (index + 1) * 255),
  );
}
