import { sayAside } from "../look/facts.ts";
import { diagnose, type DoctorOptions } from "./doctor.ts";
import { countOf } from "./finding.ts";
import { diagnosisJson, diagnosisText } from "./print.ts";

/** Prints whether a stack can be brought up; the exit code is 1 when something has to be mended first. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const diagnosis = await diagnose(options);
  diagnosis.notes.forEach(sayAside);
  process.stdout.write(
    (options.json ? diagnosisJson : diagnosisText)(diagnosis),
  );
  return countOf(diagnosis.sections, "problem") === 0 ? 0 : 1;
}
