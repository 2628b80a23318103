/** Says one line about work that takes a while; how it is shown is up to whoever waits for it. */
export type Report = (line: string) => void;

/** Progress as plain lines on stderr: stdout belongs to the result. */
export const reportToStderr: Report = (line) => {
  process.stderr.write(`${line}\n`);
};
