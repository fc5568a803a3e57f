/** What the locator tells a caller whose request does not fit the picture. */
import { PipelineError } from '../errors.ts';
import { inChinese } from '../labels.ts';
import type { Candidate, Command, Detection } from '../types.ts';

const labelsOf = (things: Detection[]) => [...new Set(things.map(({ label }) => label))];
const english = (things: Detection[]) => labelsOf(things).join(', ');
const chinese = (things: Detection[]) => labelsOf(things).map(inChinese).join('、');

export const nothingUnderClick = () =>
  new PipelineError('nothing_under_click', {
    en: 'There is nothing under the click that stands out from its surroundings. Click in the middle of what is to move, or send a mask.',
    zh: '点击处没有能与周围区分开的物体。请点击要动的物体中央，或上传遮罩。',
  });

export const clicksDisagree = (picks: (Detection | undefined)[]) => {
  const things = picks.filter((pick) => pick !== undefined);
  return new PipelineError(
    'clicks_disagree',
    {
      en: `The clicks are on different things${things.length > 1 ? ` (${english(things)})` : ''}. Click on one thing per job.`,
      zh: `几次点击落在不同的物体上${things.length > 1 ? `（${chinese(things)}）` : ''}。每个任务请只点击一个物体。`,
    },
    { seen: { underClicks: picks.map((pick) => pick?.label ?? null) } },
  );
};

export const notAsNamed = (
  object: NonNullable<Command['object']>,
  under: Detection[],
  candidates: Candidate[],
) =>
  new PipelineError(
    'click_and_words_disagree',
    {
      en: `The words name "${object.text}", but under the click there is: ${english(under)}.`,
      zh: `指令说的是“${object.text}”，但点击处看到的是：${chinese(under)}。`,
    },
    { seen: { named: object.text, underClick: labelsOf(under), candidates } },
  );

export function absent(
  object: NonNullable<Command['object']>,
  detections: Detection[],
  candidates: Candidate[],
): PipelineError {
  const seen = { named: object.text, labels: labelsOf(detections), candidates };
  if (!object.label) {
    const detail = {
      en: `"${object.text}" cannot be found by words alone. Click on it in the picture.`,
      zh: `仅凭文字无法找到“${object.text}”。请在图片中点击它。`,
    };
    return new PipelineError('object_not_found', detail, { seen });
  }
  const [en, zh] =
    detections.length > 0
      ? [`Seen: ${english(detections)}.`, `看到的有：${chinese(detections)}。`]
      : ['Nothing else was recognised either.', '也没有识别出其他物体。'];
  return new PipelineError(
    'object_not_found',
    {
      en: `No ${object.label} was found in the picture. ${en} If it is there, click on it.`,
      zh: `图片中没有找到${inChinese(object.label)}。${zh}如果它在图中，请点击它。`,
    },
    { seen },
  );
}

export const noneProminent = (candidates: Candidate[]) =>
  new PipelineError(
    'object_not_found',
    {
      en: 'Nothing was named and nothing was recognised in the picture. Click on what is to move.',
      zh: '指令没有说明要动的物体，图片中也没有识别出物体。请点击要动的物体。',
    },
    { seen: { labels: [], candidates } },
  );

export const severalProminent = (things: Detection[], candidates: Candidate[]) =>
  new PipelineError(
    'object_not_found',
    {
      en: `Nothing was named and there are several things: ${english(things)}. Say or click which one is to move.`,
      zh: `指令没有说明要动的物体，而图片中有多个：${chinese(things)}。请说明或点击要动的那一个。`,
    },
    { seen: { labels: labelsOf(things), candidates } },
  );

export const maskEmpty = () =>
  new PipelineError('mask_empty', { en: 'The mask selects nothing.', zh: '遮罩没有选中任何内容。' });
