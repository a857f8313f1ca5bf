import type { Connection } from '../live/connection.ts';
import { useLanguage } from '../words/language.tsx';

/** Whether what is shown moves, in words. */
export function ConnectionState({ connection }: { connection: Connection }) {
  const { words, dates } = useLanguage();
  return (
    <p className="connection" data-status={connection.status} aria-label={words.connection.title} role="status">
      {text()}
    </p>
  );

  function text(): string {
    switch (connection.status) {
      case 'past':
        return words.connection.past;
      case 'connecting':
        return words.connection.connecting;
      case 'live':
        return words.connection.live;
      case 'catching-up':
        return words.connection.catchingUp(connection.missed, connection.more);
      case 'offline':
        return words.connection.offline(dates.clock(connection.since.toISOString()));
    }
  }
}
