import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Outcome } from './front.ts';
import type { KeptAnswers } from './kept-answers.ts';

/**
 * What a node counts, in Prometheus' text format: for whoever shows the token, as it tells of what is asked and written
 * that is not there for everybody.
 */
export class Metrics {
  readonly #token: Buffer;
  readonly #registry = new Registry();
  readonly #answers: Counter<'from'>;

  constructor(token: string, answers: KeptAnswers | null) {
    this.#token = hashOfToken(token);
    const registers = [this.#registry];
    this.#answers = new Counter({
      name: 'parley_answers_total',
      help: 'Ordinary requests that were answered: with what was kept, with what was being made for another, or by executing.',
      labelNames: ['from'],
      registers,
    });
    for (const from of ['kept', 'shared', 'executed']) this.#answers.inc({ from }, 0);
    const gauge = (name: string, help: string, value: () => number) =>
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(value());
        },
      });
    gauge('parley_kept_answers', 'Answers that are kept.', () => answers?.count ?? 0);
    gauge('parley_kept_answers_bytes', 'What they take, in bytes.', () => answers?.bytes ?? 0);
    gauge('parley_resident_memory_bytes', 'What of the process is resident, in bytes.', () =>
      process.memoryUsage.rss(),
    );
  }

  answered(outcome: Outcome): void {
    this.#answers.inc({ from: outcome });
  }

  async serve({ headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const shown = /^bearer +(.+)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
    if (!timingSafeEqual(hashOfToken(shown), this.#token)) {
      response.writeHead(401, { 'www-authenticate': 'Bearer', 'cache-control': 'no-store' }).end();
      return;
    }
    const text = await this.#registry.metrics();
    response.writeHead(200, { 'content-type': this.#registry.contentType, 'cache-control': 'no-store' }).end(text);
  }
}

/** Of one length, whatever is shown. */
function hashOfToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}
