export interface Message {
  id: string;
  body: string;
  /** Names this delivery; a later delivery of the same message has another. */
  receipt: string;
  /** 1 on the first delivery. */
  receiveCount: number;
}

/**
 * At-least-once delivery with SQS semantics: a received message is invisible for `visibilitySeconds` and comes back
 * unless deleted; after `maxReceives` deliveries it moves to the dead letters.
 */
export interface Queue {
  /** @returns the message's id */
  send(body: string, options?: { delaySeconds?: number }): Promise<string>;
  /** Waits up to `waitSeconds` for at least one message. */
  receive(options: {
    max: number;
    waitSeconds: number;
    visibilitySeconds: number;
    signal?: AbortSignal;
  }): Promise<Message[]>;
  /** Restarts the invisibility of a delivery, counted from now; 0 gives it back at once. */
  extend(receipt: string, visibilitySeconds: number): Promise<void>;
  delete(receipt: string): Promise<void>;
  /** How many visible messages were sent before then; on SQS about how many there are. */
  ahead(sent: Date): Promise<number>;
  /** Releases files, timers and connections. */
  close(): Promise<void>;
}
