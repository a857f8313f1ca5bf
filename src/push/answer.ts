import * as ws from 'ws';

const TEXT = 1;
const CONTINUATION = 0;

/** What one event gives to everybody of a group: made once, and sent as it is. */
export class Answer {
  readonly position: bigint;
  /** Whether it says that it could not be answered, for a fault of ours: it may be well later. */
  readonly isFailed: boolean;
  readonly #cursor: string;
  readonly #json: Buffer;
  #lastFrame: Buffer | undefined;
  #serverSentEvent: Buffer | undefined;

  /** @param json the execution result, as JSON */
  constructor(position: bigint, cursor: string, json: string, isFailed = false) {
    this.position = position;
    this.isFailed = isFailed;
    this.#cursor = cursor;
    this.#json = Buffer.from(json);
  }

  /** What it takes in memory, in bytes, in one of its two forms. */
  get bytes(): number {
    return this.#json.length;
  }

  /** The last frame of a `next` message, of which `firstFrame` is the other one. */
  get lastFrame(): Buffer {
    this.#lastFrame ??= frame(Buffer.concat([this.#json, CLOSING_BRACE]), { fin: true, opcode: CONTINUATION });
    return this.#lastFrame;
  }

  /** The event of a stream of server-sent events, with its cursor as the id to resume from. */
  get serverSentEvent(): Buffer {
    this.#serverSentEvent ??= Buffer.concat([
      Buffer.from(`event: next\nid: ${this.#cursor}\ndata: `),
      this.#json,
      Buffer.from('\n\n'),
    ]);
    return this.#serverSentEvent;
  }
}

const CLOSING_BRACE = Buffer.from('}');

/**
 * The first frame of every `next` message of an operation: all that is not shared with others.
 * A message may be sent in fragments (RFC 6455, 5.4), which is what lets the rest be one buffer for everybody.
 */
export function firstFrame(operationId: string): Buffer {
  return frame(Buffer.from(`{"id":${JSON.stringify(operationId)},"type":"next","payload":`), {
    fin: false,
    opcode: TEXT,
  });
}

function frame(payload: Buffer, { fin, opcode }: { fin: boolean; opcode: number }): Buffer {
  return Buffer.concat(Sender.frame(payload, { fin, opcode, mask: false, readOnly: true, rsv1: false }));
}

/** Exported by ws; its types leave it out. */
const { Sender } = ws as unknown as {
  Sender: { frame(data: Buffer, options: object): Buffer[] };
};
