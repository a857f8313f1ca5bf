// The servers that are compared, each in a process of its own with a load client of its own.
import { type Child, start } from './children.ts';
import { type Node, type Publish, type Record, startNode, startWriter } from './parley.ts';
import { type Subscribers, startSubscribers } from './subscribers.ts';

export interface Target {
  readonly name: 'raw ws' | 'stock' | 'Parley';
  readonly server: Child;
  readonly socketUrl: string;
  readonly subscribers: Subscribers;
  /** Whether its messages differ, so that their order can be told. */
  readonly isNumbered: boolean;
  /** Says when the server had it to push: for ours, when its commit was acknowledged. */
  readonly publish: Publish;
}

export interface Targets {
  readonly raw: Target;
  /** Null when the run goes without. */
  readonly stock: Target | null;
  readonly parley: Target;
  readonly node: Node;
  /** A message of ours, which is what the others send too. */
  readonly message: string;
  end(): Promise<void>;
}

export async function startTargets(record: Record, withStock: boolean): Promise<Targets> {
  const node = await startNode(record);
  const { negotiationId } = record;
  const [writer, subscribers, raw, stock] = await Promise.all([
    startWriter(record, node),
    startSubscribers(node.socketUrl, { negotiationId }),
    startBaseline('raw ws', negotiationId),
    withStock ? startBaseline('stock', negotiationId) : null,
  ]);
  const { server } = node;
  const parley: Target = {
    name: 'Parley',
    isNumbered: true,
    server,
    socketUrl: node.socketUrl,
    subscribers,
    publish: writer.publish,
  };
  const message = await capture(parley);
  for (const baseline of [raw, stock]) await baseline?.server.ask('take', { message, negotiationId });
  return {
    raw,
    stock,
    parley,
    node,
    message,
    end: async () => {
      const targets = [raw, parley, ...(stock === null ? [] : [stock])];
      // The clients first: a server that is left alone has nothing to drain.
      await Promise.all(targets.map((target) => target.subscribers.client.end()));
      await Promise.all([...targets.map((target) => target.server.end()), writer.end()]);
    },
  };
}

/** One message, as the server sends it to a subscriber. */
export async function capture({ subscribers, publish }: Target): Promise<string> {
  await subscribers.open(1);
  await subscribers.goLive(publish);
  const message = await subscribers.client.ask<string>('message');
  await subscribers.close();
  return message;
}

/** It has nothing to send until it takes a message. */
export async function startBaseline(name: 'raw ws' | 'stock', negotiationId: string): Promise<Target> {
  const server = start(`build/bench/push/${name === 'stock' ? 'stock' : 'raw'}-server.js`, {
    preloads: ['push/probe.js'],
  });
  const [, socketUrl = ''] = await server.says(/serving (ws:\S+)/);
  const subscribers = await startSubscribers(socketUrl, { negotiationId });
  const publish: Publish = (count) => server.ask('publish', { count });
  return { name, isNumbered: name === 'stock', server, socketUrl, subscribers, publish };
}
