// A run that is ended from outside never comes to its own clean-up. What must not outlive it is noted here, and ended
// when the process goes, at once and without waiting.
const leftovers = new Set<() => void>();

/** @returns what takes the note back, once it was cleaned up in peace */
export function endsWithUs(end: () => void): () => void {
  leftovers.add(end);
  return () => leftovers.delete(end);
}

process.on('exit', () => {
  for (const end of [...leftovers].reverse()) {
    try {
      end();
    } catch {
      // It is gone already, and the others are still to be ended.
    }
  }
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => process.exit(1));
