const WIDTH = 32;

/** A progress bar on stderr; where that is no terminal, a line at every tenth. */
export function showProgress(): { update(fraction: number, label: string): void; end(): void } {
  const terminal = process.stderr.isTTY;
  let tenth = -1;
  return {
    update(fraction, label) {
      const full = Math.round(Math.min(Math.max(fraction, 0), 1) * WIDTH);
      const line = `  [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${String(Math.round(fraction * 100)).padStart(3)} %  ${label}`;
      if (terminal) process.stderr.write(`\r${line}\x1b[K`);
      else if (Math.floor(fraction * 10) > tenth) process.stderr.write(`${line}\n`);
      tenth = Math.max(tenth, Math.floor(fraction * 10));
    },
    end() {
      if (terminal) process.stderr.write('\r\x1b[K');
    },
  };
}
