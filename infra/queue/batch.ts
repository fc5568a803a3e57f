/**
 * Few requests for the messages of many senders. One goes at once while no request is under way; those that come meanwhile
 * gather, and go together when it is over. None waits long for a request that hangs.
 */

/** What SQS takes in one request; AWS takes more bytes by now, other servers do not. */
const MOST = 10;
const MOST_BYTES = 256 * 1024;
/** Several times what a request takes. */
const PATIENCE_MS = 50;

export interface Draft {
  body: string;
  delaySeconds: number;
}

interface Gathered extends Draft {
  resolve(id: string): void;
  reject(error: unknown): void;
}

/**
 * @param post one request; for each draft the id of its message, or why it alone was refused
 * @returns how to send one message; resolves to its id
 */
export function createBatcher(
  post: (drafts: readonly Draft[]) => Promise<(string | Error)[]>,
): (draft: Draft) => Promise<string> {
  let gathered: Gathered[] = [];
  let bytes = 0;
  let underWay = 0;
  let impatience: NodeJS.Timeout | undefined;

  const flush = async () => {
    const batch = gathered;
    gathered = [];
    bytes = 0;
    clearTimeout(impatience);
    underWay += 1;
    try {
      const answers = await post(batch);
      for (const [index, { resolve, reject }] of batch.entries()) {
        const answer = answers[index];
        if (answer instanceof Error) reject(answer);
        else resolve(answer);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
    underWay -= 1;
    if (underWay === 0 && gathered.length > 0) flush();
  };

  return (draft) =>
    new Promise((resolve, reject) => {
      const size = Buffer.byteLength(draft.body);
      if (bytes + size > MOST_BYTES && gathered.length > 0) flush();
      gathered.push({ ...draft, resolve, reject });
      bytes += size;
      if (underWay === 0 || gathered.length === MOST) flush();
      else if (gathered.length === 1) impatience = setTimeout(flush, PATIENCE_MS);
    });
}
