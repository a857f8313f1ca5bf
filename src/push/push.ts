import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import type { Plugin, YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { Identify } from '../desk/policy.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { ConnectionLimits } from './connection.ts';
import { EventStreams } from './event-stream.ts';
import { type GroupLimits, Groups } from './groups.ts';
import { KeyWatch, type Standing } from './key-watch.ts';
import { Places } from './places.ts';
import { type From, type OperationServices, runOperation } from './run-operation.ts';
import { sendAway } from './send-away.ts';
import { type SocketLimits, WebSockets } from './websocket.ts';

/** Settings of the process; see the README. */
export interface PushLimits extends ConnectionLimits, SocketLimits, GroupLimits {
  /** How many sockets and streams are open at a time: on a node, and from one address. */
  readonly connections: number;
  readonly connectionsAnAddress: number;
}

export interface PushOptions extends OperationServices {
  readonly schema: GraphQLSchema;
  readonly ledger: Ledger;
  readonly logger: Logger;
  readonly isPublic: boolean;
  readonly limits: PushLimits;
  readonly identify: Identify;
  readonly standing: Standing;
}

/** Everything that is pushed: the groups of a node, and the two ways in to them. */
export class Push {
  readonly groups: Groups;
  readonly #options: PushOptions;
  readonly #keyWatch: KeyWatch;
  readonly #places: Places;
  readonly #eventStreams: EventStreams;
  #webSockets: WebSockets | null = null;

  constructor(options: PushOptions) {
    this.#options = options;
    this.#keyWatch = new KeyWatch(options.standing);
    this.groups = new Groups({ ...options, lookAtKeys: () => this.#keyWatch.look() });
    this.#places = new Places(options.limits.connections, options.limits.connectionsAnAddress);
    this.#eventStreams = new EventStreams(this.groups, this.#places, this.#keyWatch.watch);
  }

  /** Gives subscriptions over HTTP a stream of server-sent events. */
  get plugin(): Plugin {
    return this.#eventStreams.plugin;
  }

  /** Opens the way in over WebSockets: what takes the upgrade of a request to the endpoint. */
  serveWebSockets(
    yoga: YogaServerInstance<From, object>,
  ): (request: IncomingMessage, socket: Duplex, head: Buffer, address: string) => void {
    const { limits, ledger, logger, identify } = this.#options;
    const webSockets = new WebSockets(limits, this.#places, {
      groups: this.groups,
      limits,
      identify,
      run: (payload, from) => runOperation(yoga, this.#options, payload, from),
      isReachable: () =>
        ledger.head().then(
          () => true,
          () => false,
        ),
      watchKey: this.#keyWatch.watch,
      failed: (error) => logger.error({ err: error }, 'a message over a socket failed'),
    });
    this.#webSockets = webSockets;
    return (...upgrade) => webSockets.upgrade(...upgrade);
  }

  /**
   * Takes nobody new, and sends everybody away, to come back to another node or to this one when it serves again.
   * @param most milliseconds over which that is spread
   */
  async drain(most: number): Promise<void> {
    await sendAway([...this.#eventStreams.stopTaking(), ...(this.#webSockets?.stopTaking() ?? [])], most);
    await this.#webSockets?.empty();
    this.#keyWatch.stop();
  }

  /** Ends what is left. */
  stop(): void {
    this.groups.stop();
  }
}
