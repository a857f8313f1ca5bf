import { createReadStream } from 'node:fs';
import type { Ledger } from '../ledger/ledger.ts';
import { importRecords } from './import.ts';

const SAMPLES = ['gaza-hostages-2023', 'dockers-wages'];

/** Fills an empty record with the sample negotiations; leaves any other as it is. */
export async function loadSamples(ledger: Ledger, say: (step: string) => void): Promise<void> {
  if ((await ledger.head()) > 0n) return;
  for (const name of SAMPLES) {
    const file = new URL(`../../prisma/sample/${name}.ndjson`, import.meta.url);
    const { recorded } = await importRecords(ledger, createReadStream(file), {
      onProblem: ({ line, path, message }) => {
        throw new Error(`the sample ${name}, line ${line}: ${path.join('.')} ${message}`);
      },
    });
    say(`loaded the sample ${name}: ${recorded} records`);
  }
}
