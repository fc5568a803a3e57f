/** How a job looks from outside; view.ts fills it in. */
import Type, { type Static } from 'typebox';
import { ClickSchema, choice } from '../inputs/schema.ts';
import type { ProblemSchema } from '../problems/problem.ts';
import { WebhookEcho } from '../webhooks/schema.ts';
import { exampleJob } from './example.ts';
import { COLOURS, SIDES, STATUSES } from './job.ts';

export const LanguageSchema = choice(['en', 'zh']);
export const FORMATS = ['mp4', 'webm', 'gif', 'webp'] as const;

const Time = Type.String({ format: 'date-time' });
const Link = Type.String({ format: 'uri-reference' });
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const Box = Type.Object(
  { x: Type.Number(), y: Type.Number(), width: Type.Number(), height: Type.Number() },
  { description: 'Fractions of the picture.' },
);

const Candidate = Type.Object({
  label: Type.String(),
  box: Box,
  score: Type.Number({ description: 'How sure the detector is.' }),
  words: Type.Optional(
    Type.Number({
      description:
        "Name: 1 is what was said, 0.9 the detector's word for it, 0.5 one that it confuses with it, 0 another.",
    }),
  ),
  click: Type.Optional(
    Type.Number({ description: 'Clicks: 1 in its middle, less towards its edge, 0 beside it.' }),
  ),
  alike: Type.Optional(
    Type.Number({ description: 'Whether the picture shows there what was said, by the aligner (CLIP).' }),
  ),
  coloured: Type.Optional(
    Type.Number({
      description: 'How much of it has the colour that was said; where words alone tell it from others.',
    }),
  ),
  fit: Type.Number({
    description: 'Sureness, clicks, place and size together; ranks those whose names count the same.',
  }),
  reason: choice(['chosen', 'not_under_click', 'other_name', 'fits_less']),
});

export const ProgressSchema = Type.Object(
  {
    stage: choice(['queued', 'transcribe', 'understand', 'locate', 'animate', 'render', 'store', 'done']),
    percent: Type.Number({ minimum: 0, maximum: 100, description: 'Of the whole job; never falls.' }),
    queuePosition: Nullable(
      Type.Integer({ minimum: 0, description: 'Jobs ahead of this one; null unless queued.' }),
    ),
    etaSeconds: Nullable(Type.Number({ minimum: 0 })),
    seq: Type.Integer({ minimum: 1, description: 'Grows with every change of the job.' }),
  },
  { $id: 'Progress', description: 'The same in jobs and in events.' },
);

const RequestEcho = Type.Object(
  {
    command: Type.Optional(Type.String()),
    language: Type.Optional(LanguageSchema),
    clicks: Type.Array(ClickSchema),
    magnitude: Type.Optional(Type.Number()),
    seed: Type.Optional(Type.Integer()),
    seconds: Type.Optional(Type.Number()),
    fps: Type.Optional(Type.Number()),
    size: Type.Optional(Type.Integer()),
    format: Type.Optional(choice([...FORMATS])),
    loop: Type.Optional(Type.Boolean()),
    sheet: Type.Optional(Type.Boolean()),
    animator: Type.Optional(choice(['flow'])),
  },
  { description: 'What was asked for, with the defaults filled in.' },
);

const command = {
  language: LanguageSchema,
  text: Type.String(),
  object: Type.Optional(
    Type.Object({
      text: Type.String(),
      english: Type.Optional(Type.String({ description: 'Its name in English, where it is known.' })),
      label: Type.Optional(Type.String({ description: "The detector's word for it." })),
      several: Type.Optional(Type.Boolean({ description: 'All of that name are meant.' })),
    }),
  ),
  which: Type.Optional(
    Type.Object(
      {
        side: Type.Optional(choice([...SIDES])),
        nth: Type.Optional(Type.Integer({ minimum: 1, description: 'Counted from `side`.' })),
        size: Type.Optional(choice(['large', 'small'])),
        colour: Type.Optional(choice([...COLOURS])),
        near: Type.Optional(
          Type.String({ description: "The detector's word for what it is on, in or beside, or holds." }),
        ),
      },
      { description: 'Which of several, where that is said: "the second red car from the left", 最大的.' },
    ),
  ),
  action: Type.String(),
  direction: Type.Optional(Type.String()),
  strength: Type.String(),
  prompt: Type.String(),
  confidence: Type.Number(),
};

export const JobSchema = Type.Object(
  {
    id: Type.String(),
    kind: choice(['animation', 'region', 'command']),
    status: choice([...STATUSES]),
    createdAt: Time,
    startedAt: Nullable(Time),
    finishedAt: Nullable(Time),
    expiresAt: Time,
    progress: Type.Ref('Progress'),
    request: RequestEcho,
    webhook: Type.Optional(WebhookEcho),
    transcript: Type.Optional(
      Type.Object(
        {
          text: Type.String(),
          language: Type.String({
            description: 'Code of the language that was spoken.',
            examples: ['en', 'zh', 'fr'],
          }),
          translation: Type.Optional(
            Type.String({ description: 'In English, where the language is neither English nor Chinese.' }),
          ),
          confidence: Type.Number(),
        },
        { description: 'What was heard.' },
      ),
    ),
    command: Type.Optional(
      Type.Object(
        {
          ...command,
          also: Type.Optional(
            Type.Array(Type.Object(command), { description: 'What the same sentence asks of other things.' }),
          ),
        },
        { description: 'What was understood.' },
      ),
    ),
    region: Type.Optional(
      Type.Object(
        {
          label: Type.Optional(
            Type.String({ description: 'What it was taken for; sky, water, grass or trees by their names.' }),
          ),
          score: Type.Number(),
          source: choice(['mask', 'click', 'words']),
          box: Box,
          count: Type.Optional(
            Type.Integer({ minimum: 2, description: 'How many things, where several are meant.' }),
          ),
          alternatives: Type.Array(Type.Object({ label: Type.String(), score: Type.Number(), box: Box })),
          candidates: Type.Optional(
            Type.Array(Candidate, {
              description: 'Everything that was considered, best first, with scores 0 to 1: why this one.',
            }),
          ),
        },
        { description: 'What was found in the picture.' },
      ),
    ),
    notes: Type.Array(Type.Object({ code: Type.String(), detail: Type.String() }), {
      description: 'What you should know though nothing failed.',
    }),
    report: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          'Measurements: largest change outside the region, magnitude asked and measured, milliseconds of each stage.',
      }),
    ),
    error: Type.Optional(Type.Ref('Problem')),
    links: Type.Object(
      {
        self: Link,
        events: Type.Optional(Link),
        cancel: Type.Optional(Link),
        deliveries: Type.Optional(Link),
        video: Type.Optional(Link),
        mask: Type.Optional(Link),
        poster: Type.Optional(Link),
        sheet: Type.Optional(Link),
      },
      { description: 'A link is there when it can be followed.' },
    ),
  },
  { $id: 'Job', examples: [exampleJob] },
);

export type JobView = Omit<Static<typeof JobSchema>, 'progress' | 'error'> & {
  progress: Static<typeof ProgressSchema>;
  error?: Static<typeof ProblemSchema>;
};

export const JobPageSchema = Type.Object(
  {
    jobs: Type.Array(Type.Ref('Job')),
    next: Nullable(Type.String({ description: 'Pass as cursor to get the next page.' })),
  },
  { $id: 'JobPage' },
);

/** What creating any job takes besides its body, and answers. */
export const CreateHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      pattern: '^[!-~]{1,255}$',
      description: 'Sent again with the same body, it gives the same job. Any 1 to 255 printable characters.',
    }),
  ),
  prefer: Type.Optional(
    Type.String({
      description: '`wait=n` waits up to n seconds (at most 25) for the job to end.',
      examples: ['wait=20'],
    }),
  ),
});

export const created = {
  200: Type.Ref('Job', { description: 'The job, which has ended within the time of Prefer: wait.' }),
  202: Type.Ref('Job', { description: 'The job, which will go on. Location is its address.' }),
};
