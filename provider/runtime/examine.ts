import type { HostFacts, HostInput } from "../../manifest/manifest.ts";
import type {
  CheckName,
  PreflightHost,
  Requirements,
} from "../../manifest/preflight.ts";
import {
  hostFacts,
  parsePreflight,
  renderPreflight,
  type PreflightAnswer,
  type PreflightRequest,
} from "../facts/index.ts";
import {
  judge,
  renderScript,
  unreached,
  withoutIgnored,
  type Failure,
  type HostReport,
} from "../preflight/index.ts";
import { run } from "../ssh/channel.ts";
import { DialError } from "../ssh/dial-error.ts";
import type ssh2 from "ssh2";
import type { SshPool } from "../ssh/pool.ts";
import { scriptCommandOfAnyone } from "./remote-shell.ts";
import type { RuntimeFiles } from "./runtime-files.ts";

/** What an examination works with. */
export interface Examiner {
  readonly pool: SshPool;
  readonly runtime: RuntimeFiles;
  /** The line of authorized_keys that lets this program in. */
  readonly publicKey: string;
}

/** A host, and what it is asked for. */
export interface Subject extends PreflightHost {
  readonly requirements: Requirements;
  /** What is asked and judged. */
  readonly checks: readonly CheckName[];
}

/** What was found on a host. */
export interface Examination extends HostReport {
  /** `undefined` when the host could not be asked. */
  readonly facts: HostFacts | undefined;
}

/** Looks at a host in one round trip on its pooled connection, and changes nothing there. */
export async function examine(
  examiner: Examiner,
  subject: Subject,
): Promise<Examination> {
  const { name, connection } = subject.host;
  const found = await look(examiner, subject);
  const findings = withoutIgnored(found.findings, subject.requirements);
  const needsScript = findings.some((finding) => finding.needsScript);
  return {
    name,
    address: connection.address,
    facts: found.facts,
    findings,
    ...(needsScript && { script: scriptFor(examiner, connection.user) }),
  };
}

async function look(
  examiner: Examiner,
  subject: Subject,
): Promise<Pick<Examination, "facts" | "findings">> {
  try {
    const asked = await ask(examiner, subject);
    return {
      facts: hostFacts(asked.answer, undefined, new Date()),
      findings: judge({ ...asked, wanted: subject }),
    };
  } catch (error) {
    return { facts: undefined, findings: [unreached(failureOf(error))] };
  }
}

interface Asked {
  readonly answer: PreflightAnswer;
  readonly sentAt: number;
  readonly receivedAt: number;
}

async function ask(
  { pool, runtime }: Examiner,
  { host, ports, checks }: Subject,
): Promise<Asked> {
  const request = { ports: Object.keys(ports), checks };
  return pool.inTurn(host, async () => {
    const { client } = await pool.connect(host);
    const sentAt = Date.now() / 1000;
    const text = await answerOf(client, host, scriptOf(runtime, request));
    const receivedAt = Date.now() / 1000;
    return { answer: parsePreflight(text), sentAt, receivedAt };
  });
}

function scriptOf(runtime: RuntimeFiles, request: PreflightRequest): string {
  return `${runtime.preflight}\n${renderPreflight(request)}`;
}

async function answerOf(
  client: ssh2.Client,
  { name, connection }: HostInput,
  script: string,
): Promise<string> {
  const command = scriptCommandOfAnyone(connection);
  const { code, stdout, stderr } = await run(client, command, script);
  if (code === 0) return stdout;
  const words = (stderr || stdout).trim().slice(-500);
  throw new Error(
    `${name} lets ${connection.user} in, but does not answer (exit code ${String(code)}): ${words || "no words"}`,
  );
}

/** A bug is no finding. */
function failureOf(error: unknown): Failure {
  if (error instanceof DialError)
    return { kind: error.failure, message: error.message };
  if (error instanceof Error && error.name === "Error")
    return { kind: "answer", message: error.message };
  throw error;
}

function scriptFor({ runtime, publicKey }: Examiner, user: string): string {
  return renderScript(runtime.authorize, user, publicKey);
}
