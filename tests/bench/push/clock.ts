/**
 * Milliseconds on the one monotonic clock that all processes of a Linux machine share. Never by an offset to a
 * process's own clock: it would be off by however long the process waited for a core between reading the two.
 */
export function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
