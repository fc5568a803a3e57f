/**
 * Every problem that Waggle can report, over HTTP and as the error of a job: status, title and the sentence used where
 * no better one is known. Codes are stable. `retryable`: the same request may succeed later.
 */
import type { Bilingual } from '../../infra/errors.ts';

export interface CatalogueEntry {
  status: number;
  title: Bilingual;
  detail: Bilingual;
  retryable: boolean;
}

type Row = [
  status: number,
  en: string,
  zh: string,
  detailEn: string,
  detailZh: string,
  retryable?: 'retryable',
];

// biome-ignore format: a table is read line by line
const ROWS = {
  // The request itself
  malformed_body: [400, 'Malformed body', '请求体格式错误', 'The body is not well-formed.', '请求体不符合格式。'],
  malformed_request: [400, 'Malformed request', '请求格式错误', 'The request is not well-formed.', '请求不符合格式。'],
  invalid_request: [422, 'Invalid request', '请求无效', 'Some fields are not as they should be; see errors.', '某些字段不符合要求，请查看 errors。'],
  unauthorized: [401, 'No valid API key', '缺少有效的 API 密钥', 'Send an API key as "Authorization: Bearer KEY".', '请以 “Authorization: Bearer KEY” 发送 API 密钥。'],
  forbidden_origin: [403, 'Foreign web page', '来源网页不被允许', 'Without API keys only this machine\'s own pages and programs may ask.', '未设置 API 密钥时，只接受本机页面和程序的请求。'],
  not_found: [404, 'Not found', '未找到', 'There is nothing here.', '这里没有任何内容。'],
  method_not_allowed: [405, 'Method not allowed', '不支持该方法', 'This address does not take this method; see the Allow header.', '此地址不支持该方法，请查看 Allow 响应头。'],
  request_timeout: [408, 'Request too slow', '请求超时', 'The request did not arrive in time.', '请求未能按时到达。', 'retryable'],
  body_too_large: [413, 'Body too large', '请求体过大', 'The request is larger than this address takes.', '请求超过此地址允许的大小。'],
  unsupported_media_type: [415, 'Unsupported media type', '不支持的内容类型', 'Send multipart/form-data or application/json.', '请发送 multipart/form-data 或 application/json。'],
  range_not_satisfiable: [416, 'Range not satisfiable', '范围无效', 'The result has no such bytes.', '结果中没有所请求的字节范围。'],
  rate_limited: [429, 'Too many requests', '请求过多', 'This key or address has used up its requests for now; see Retry-After.', '该密钥或地址的请求配额暂时用尽，请查看 Retry-After。', 'retryable'],
  too_many_streams: [429, 'Too many streams', '事件流过多', 'This key follows too many animations at once; end some, or read the jobs.', '该密钥同时跟踪的动画过多，请结束一些，或直接读取任务。', 'retryable'],
  idempotency_mismatch: [422, 'Idempotency key used for another request', '幂等键已用于其他请求', 'The same Idempotency-Key came before with another body.', '同一 Idempotency-Key 此前用于不同的请求体。'],
  idempotency_in_flight: [409, 'Same request in flight', '相同请求正在处理', 'The first request with this Idempotency-Key is still being taken in.', '使用此 Idempotency-Key 的首个请求仍在接收中。', 'retryable'],
  internal: [500, 'Internal error', '内部错误', 'Something went wrong on our side.', '服务内部出错。', 'retryable'],
  overloaded: [503, 'Overloaded', '服务繁忙', 'The service has too much to do; see Retry-After.', '服务过于繁忙，请查看 Retry-After。', 'retryable'],
  unavailable: [503, 'Unavailable', '服务不可用', 'The service cannot take requests yet.', '服务暂时无法接受请求。', 'retryable'],
  queue_unavailable: [503, 'Queue unavailable', '队列不可用', 'The job could not be queued.', '任务无法加入队列。', 'retryable'],
  // Inputs
  image_missing: [422, 'Image missing', '缺少图片', 'Send the photo as the part "image".', '请以 image 字段发送照片。'],
  image_unsupported: [415, 'Image type not supported', '不支持的图片类型', 'The image is not a JPEG, PNG, WebP, AVIF or GIF.', '图片不是 JPEG、PNG、WebP、AVIF 或 GIF 格式。'],
  image_too_large: [413, 'Image too large', '图片文件过大', 'The image file is too large.', '图片文件过大。'],
  image_too_many_pixels: [422, 'Image has too many pixels', '图片像素过多', 'The image has too many pixels.', '图片像素过多。'],
  image_too_small: [422, 'Image too small', '图片太小', 'The image is smaller than 16 pixels on a side.', '图片边长小于 16 像素。'],
  image_unreadable: [422, 'Image unreadable', '图片无法读取', 'The image is damaged or incomplete.', '图片已损坏或不完整。'],
  mask_unsupported: [415, 'Mask type not supported', '不支持的蒙版类型', 'The mask is not a PNG.', '蒙版不是 PNG 格式。'],
  mask_too_large: [413, 'Mask too large', '蒙版文件过大', 'The mask file is too large.', '蒙版文件过大。'],
  mask_unreadable: [422, 'Mask unreadable', '蒙版无法读取', 'The mask is damaged or incomplete.', '蒙版已损坏或不完整。'],
  mask_size: [422, 'Mask of another size', '蒙版尺寸不符', 'The mask does not have the size of the photo.', '蒙版尺寸与照片不一致。'],
  mask_empty: [422, 'Mask empty', '蒙版为空', 'The mask selects nothing.', '蒙版没有选中任何区域。'],
  audio_missing: [422, 'Recording missing', '缺少录音', 'The recording that is named is not there.', '指定的录音不存在。'],
  audio_unsupported: [415, 'Audio type not supported', '不支持的音频类型', 'The recording is not WAV, MP3, FLAC, Ogg, WebM or M4A.', '录音不是 WAV、MP3、FLAC、Ogg、WebM 或 M4A 格式。'],
  audio_too_large: [413, 'Recording too large', '录音文件过大', 'The recording is too large.', '录音文件过大。'],
  audio_too_long: [422, 'Recording too long', '录音过长', 'The recording is longer than 60 seconds.', '录音超过 60 秒。'],
  audio_empty: [422, 'Recording empty', '录音为空', 'The recording holds no sound.', '录音中没有声音数据。'],
  audio_unreadable: [422, 'Recording unreadable', '录音无法读取', 'The recording is damaged or incomplete.', '录音已损坏或不完整。'],
  audio_and_command: [422, 'Both audio and command', '同时给出录音和文字', 'Say it or type it: send either audio or command.', '请只用一种方式：录音 audio 或文字 command。'],
  command_missing: [422, 'Command missing', '缺少指令', 'Say what should move, as audio or as command.', '请用录音 audio 或文字 command 说明要做什么。'],
  clicks_and_mask: [422, 'Both clicks and mask', '同时给出点击和蒙版', 'Point or draw: send either clicks or a mask.', '请只用一种方式：点击 clicks 或蒙版 mask。'],
  click_out_of_range: [422, 'Click outside the picture', '点击超出图片', 'Clicks are fractions of the picture, 0 to 1 from the top left corner.', '点击坐标是图片的比例，从左上角起取 0 到 1。'],
  target_missing: [422, 'Nothing to look for', '没有指明目标', 'Point with clicks or name it with command.', '请用 clicks 点击或用 command 说出目标。'],
  upload_not_found: [422, 'Upload not found', '未找到上传文件', 'There is no such upload, or nothing has been sent to it yet.', '没有该上传，或尚未发送内容。'],
  upload_exists: [409, 'Upload already filled', '上传已完成', 'Bytes were already sent to this upload.', '该上传已有内容。'],
  upload_missing: [422, 'File missing', '缺少文件', 'Send the bytes as the part "file".', '请以 file 字段发送文件。'],
  // Addresses that the caller names: pictures and callbacks
  url_refused: [422, 'Address refused', '地址被拒绝', 'The address is not https, or not one on the public internet.', '该地址不是 https，或不在公共互联网上。'],
  url_unresolved: [422, 'Host not found', '找不到主机', 'The name of the host cannot be resolved.', '无法解析主机名。', 'retryable'],
  url_unreachable: [422, 'Host not reachable', '无法连接主机', 'The connection failed, or ended before the answer did.', '连接失败，或在响应完成之前中断。', 'retryable'],
  url_timeout: [422, 'Host too slow', '主机响应超时', 'The answer did not arrive in time.', '未能及时收到响应。', 'retryable'],
  url_status: [422, 'Host answered otherwise', '主机响应状态不符', 'The answer was not a success; redirects are not followed.', '响应不是成功状态；不会跟随重定向。', 'retryable'],
  // What the stages make of it
  no_speech: [422, 'No speech', '没有语音', 'Nothing was said in the recording.', '录音中没有听到说话。'],
  not_a_command: [422, 'Not a command', '不是指令', 'That does not say what should move.', '这句话没有说明要做什么动作。'],
  nothing_under_click: [422, 'Nothing under the click', '点击处没有物体', 'There is nothing to move at the click.', '点击处没有可以动的物体。'],
  clicks_disagree: [422, 'Clicks on different things', '点击了不同物体', 'The clicks are on different things.', '这些点击落在不同的物体上。'],
  object_not_found: [422, 'Object not found', '未找到物体', 'The picture does not show what was named.', '图片中没有所说的物体。'],
  click_and_words_disagree: [422, 'Click and words disagree', '点击与文字不符', 'The click is on something other than what was named.', '点击的物体与所说的不一致。'],
  action_not_possible: [422, 'Action not possible', '无法做此动作', 'The thing cannot do that.', '该物体做不了这个动作。'],
  format_unavailable: [422, 'Format not available', '格式不可用', 'This service cannot make this video format.', '本服务无法生成该视频格式。'],
  weights_unavailable: [503, 'Model weights unavailable', '模型权重不可用', 'A model that this needs could not be fetched.', '无法获取所需的模型。', 'retryable'],
  optional_package_missing: [503, 'Optional package missing', '缺少可选软件包', 'This service is set up to use a package that is not installed.', '本服务配置使用的某个软件包尚未安装。'],
  worker_lost: [500, 'Worker lost', '处理进程丢失', 'The worker broke down each time it tried.', '处理进程多次中断。', 'retryable'],
  // The state of a job
  not_ready: [409, 'Not ready', '尚未完成', 'The job has not finished; follow its events.', '任务尚未完成，请关注其 events。', 'retryable'],
  no_result: [404, 'No such result', '没有该结果', 'The job did not make this.', '任务没有产生该结果。'],
  canceled: [409, 'Canceled', '已取消', 'The job was canceled.', '任务已取消。'],
  job_final: [409, 'Job already ended', '任务已结束', 'The job has already ended.', '任务已经结束。'],
  expired: [410, 'Expired', '已过期', 'The job\'s files were deleted when their time was over.', '任务文件已到期删除。'],
} satisfies Record<string, Row>;

export type ProblemCode = keyof typeof ROWS;

export const CATALOGUE = Object.fromEntries(
  Object.entries(ROWS as Record<string, Row>).map(
    ([code, [status, en, zh, detailEn, detailZh, retryable]]) => [
      code,
      {
        status,
        title: { en, zh },
        detail: { en: detailEn, zh: detailZh },
        retryable: retryable !== undefined,
      },
    ],
  ),
) as Record<ProblemCode, CatalogueEntry>;

/** Codes that come from elsewhere (an operating system's error, a newer worker) count as internal errors. */
export function entryOf(code: string): CatalogueEntry & { code: ProblemCode } {
  const known = (Object.hasOwn(CATALOGUE, code) ? code : 'internal') as ProblemCode;
  return { code: known, ...CATALOGUE[known] };
}
