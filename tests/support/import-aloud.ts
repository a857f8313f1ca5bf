// The import command, saying on standard output after each batch how many lines are in the record for good. It says so
// at once, so that what was said holds when the process is killed.
import { writeSync } from 'node:fs';
import { importCommand } from '../../src/transfer/import-command.ts';

process.exit(await importCommand(process.argv.slice(2), ({ recorded }) => writeSync(1, `recorded ${recorded}\n`)));
