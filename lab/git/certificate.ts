import { stat } from "node:fs/promises";
import path from "node:path";
import { execa } from "execa";
import { ignoreAbsent } from "../files.ts";

/** Files of a certificate and its key, in PEM form. */
export interface CertificateFiles {
  readonly keyFile: string;
  /** Its own authority: what clients name as theirs. */
  readonly certificateFile: string;
}

/** A certificate for `localhost` in `folder`, made when it is not there; good for ten years. */
export async function ensureCertificate(
  folder: string,
): Promise<CertificateFiles> {
  const keyFile = path.join(folder, "server.key");
  const certificateFile = path.join(folder, "ca.pem");
  if (!(await ignoreAbsent(stat(certificateFile)))) {
    const kind = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
    const name = "-subj /CN=localhost -addext subjectAltName=DNS:localhost";
    const words = `req -x509 -days 3650 ${kind} ${name}`.split(" ");
    const files = ["-keyout", keyFile, "-out", certificateFile];
    await execa("openssl", [...words, ...files]);
  }
  return { keyFile, certificateFile };
}
