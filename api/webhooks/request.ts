import type { Static } from 'typebox';
import type { WaggleError } from '../../infra/errors.ts';
import type { Outbound } from '../../infra/outbound/index.ts';
import { Problem } from '../problems/problem.ts';
import { EVENT_TYPES, type Webhook } from './events.ts';
import type { webhookField } from './schema.ts';

/** Where a name leads is looked at when an event is posted. @throws Problem `url_refused` */
export function checkWebhook(
  outbound: Outbound,
  { url, events = [...EVENT_TYPES] }: Static<typeof webhookField>,
): Pick<Webhook, 'url' | 'events'> {
  try {
    return { url: outbound.check(url).href, events };
  } catch (error) {
    const { detail } = error as WaggleError;
    throw new Problem('url_refused', { errors: [{ pointer: '/webhook/url', detail }], cause: error });
  }
}
