// What becomes of stock graphql-ws and Yoga's createPubSub beside sockets that stop reading.
import { type Figure, notMeasured, shown, type Tell } from './figures.ts';
import type { Record } from './parley.ts';
import { stallAll, startSubscribers } from './subscribers.ts';
import { startBaseline } from './targets.ts';

const HEALTHY = 10;
/** A few are enough; with more, it closes them for want of a pong before it has filled what they do not read. */
const STALLED = 20;
const TOGETHER = 10;
const PATIENCE_MS = 30_000;
const WEIGHED_EVERY = 50;

/** @param message of ours, of the same size as the events of ours */
export async function stockFigure(
  record: Record,
  message: string,
  plan: { readonly events: number; readonly budgetMs: number },
  tell: Tell,
): Promise<Figure> {
  tell('the same for stock graphql-ws and Yoga');
  const { negotiationId } = record;
  const stock = await startBaseline('stock', negotiationId);
  const { server, subscribers, publish } = stock;
  const at = await server.ask<number>('resident');
  await server.ask('take', { message, negotiationId });
  const stalling = await startSubscribers(stock.socketUrl, { negotiationId });
  const what = `  stock graphql-ws and Yoga, with ${STALLED} stalled sockets`;
  let published = 0;
  let peak = at;
  try {
    await subscribers.open(HEALTHY);
    await subscribers.goLive(publish);
    await stallAll(stalling, STALLED, publish);
    await subscribers.awaitEvents(plan.events);
    const until = Date.now() + plan.budgetMs;
    while (published < plan.events && Date.now() < until) {
      const reached = subscribers.reached(published + TOGETHER - 1, PATIENCE_MS);
      await Promise.all([publish(TOGETHER), reached]);
      published += TOGETHER;
      if (published % WEIGHED_EVERY === 0) peak = Math.max(peak, await server.ask<number>('resident'));
    }
    const value = (peak - at) / 1e6;
    return shown({ name: 'stalled', what, value, unit: 'MB', note: `It lived through ${published} events.` });
  } catch (error) {
    if (!server.hasEnded()) return notMeasured('stalled', what, (error as Error).message);
    const reason = /\w*Error[^\n]*/.exec(server.said())?.[0] ?? server.said();
    const note = `Its process died after ${published} events: ${reason}`;
    return shown({ name: 'stalled', what, value: (peak - at) / 1e6, unit: 'MB', note });
  } finally {
    await Promise.all([subscribers.client.end(), stalling.client.end()]);
    await server.end();
  }
}
