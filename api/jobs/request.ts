import type { Request } from './job.ts';

/** What is not asked for; also carried by the previews, which do not look at it. */
export const DEFAULTS: Request = {
  clicks: [],
  magnitude: 1,
  seed: 0,
  seconds: 2,
  fps: 24,
  size: 720,
  format: 'mp4',
  loop: false,
  sheet: false,
  animator: 'flow',
};

/** What the forms of all kinds of jobs have in common. */
type Asked = Partial<Omit<Request, 'language'>> & { language?: Request['language'] | 'auto' };

/** A request as a job keeps it: defaults filled in, and no language where it is to be found out. */
export function completeRequest({ language, ...asked }: Asked): Request {
  return { ...DEFAULTS, ...asked, ...(language && language !== 'auto' && { language }) };
}
