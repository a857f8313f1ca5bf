import cliProgress from 'cli-progress';

/** A bar on a terminal: how much of the file is read, how many lines, how many a second. Elsewhere it is silent. */
export interface ProgressBar {
  show(progress: { readonly bytes: number; readonly lines: number }): void;
  /** Prints a line above the bar. */
  say(line: string): void;
  stop(): void;
}

/** @param total bytes; null when not known, as of a pipe */
export function progressBar(terminal: NodeJS.WriteStream, total: number | null): ProgressBar {
  const began = performance.now();
  const bar = new cliProgress.SingleBar({
    stream: terminal,
    format: `${total === null ? '' : '{bar} {percentage}%  '}{lines} lines  {rate} lines/s`,
    hideCursor: true,
    clearOnComplete: true,
  });
  const isShown = terminal.isTTY === true;
  if (isShown) bar.start(Math.max(total ?? 1, 1), 0, { lines: 0, rate: 0 });
  return {
    show: ({ bytes, lines }) =>
      bar.update(bytes, { lines, rate: Math.round((lines * 1_000) / (performance.now() - began)) }),
    say: (line) => terminal.write(isShown ? `\r\u001b[K${line}\n` : `${line}\n`),
    stop: () => bar.stop(),
  };
}
