import type { Client } from 'graphql-ws';

/**
 * Gives up a connection that has gone silent, as one does behind a proxy or a Wi-Fi that dropped it without a word:
 * when it does not come up, or does not answer a ping, within a deadline. Whatever is heard meanwhile moves the
 * deadline, as a long replay over a slow line may keep the answer waiting.
 * @param within in milliseconds
 */
export function giveUpWhenSilent(client: Client, within: number): void {
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const disarm = () => {
    clearTimeout(deadline);
    deadline = undefined;
  };
  const arm = () => {
    clearTimeout(deadline);
    deadline = setTimeout(() => client.terminate(), within);
  };
  client.on('connecting', arm);
  client.on('opened', arm);
  client.on('connected', disarm);
  client.on('ping', (received) => {
    if (!received) arm();
  });
  client.on('message', () => {
    if (deadline !== undefined) arm();
  });
  client.on('pong', (received) => {
    if (received) disarm();
  });
  client.on('error', disarm);
  client.on('closed', disarm);
}
