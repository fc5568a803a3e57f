/** What is asked of programs and assistants, not of the picture: "zoom in on her face", 把图片放大, 打电话给妈妈. */
const ENGLISH = new RegExp(
  `^(?:(?:please|can you|could you|now|ok|just|and|then)[, ]+)*(?:${[
    '(?:call|phone|text|ring) (?:up )?(?:mom|mum|dad|home|me|him|her|them|my \\w+|a (?:cab|taxi|doctor))$',
    'undo|redo|zoom (?:in|out)(?! your)|scroll|mute|unmute|log (?:in|out)',
    '(?:speak|talk) (?:a (?:bit|little) )?(?:louder|slower|more|up|english|chinese|clearly|faster)',
    '(?:close|open) (?:this|the) (?:window|tab|app|page|menu|settings|dialog|program|browser|panel)$(?<!the window)',
    '(?!.* into )(?:rotate|flip|turn|crop|brighten|darken|sharpen|blur|resize|enlarge|shrink|save|export|download|delete|upload|share|send|print|copy|rename|open|close|load|reload|replace|change|edit|trim|cut|show) (?:the|this|that|my) (?:\\w+ )?(?:picture|photo|image|pic|video|clip|gif|screen|camera|file|background|sound|music|volume|colou?rs?|filter)',
  ].join('|')})\\b`,
  'i',
);
const CHINESE =
  /^(?:快|请|麻烦|帮我?)*(?:给.{1,4})?打(?:个|一个|通)?电话|放大|缩小|撤[销回]|[去删抹]掉|删[了除]|裁剪|裁一下|[调变](?:亮|暗)(?:一?点|些|$)|滤镜|换成.{1,4}色|导出|下载|静音|声音[关调]|保存|转发|发[到给]我?手机|给[^，。]{1,6}(?:[戴穿换加添装喷涂染画配贴p](?:上|个|件|条|顶|副|点|一))|帮.{1,4}p[上个掉]|把(?:这|那)?[张个幅段]?(?:图片?|照片|画面|视频|截图)\S{0,2}(?:旋转|翻转|镜像|裁|剪|放大|缩小|调|变|改|存|发|删)|(?:画|生成|写|设计|制作)(?:一|个|首|篇|张|幅|条|只)|[做画写](?:一?个|一?张).*(?:表情包|视频|动画|图|海报|头像)$/i;

/** Where one thought ends and the next begins; what is no politeness asks for something else. */
const CLAUSE = /[.,;:!?。，；：！？\n]+/;
const POLITE = /^(?:please|thanks?(?: you)?|ok|okay|now|谢谢[你您]?|好吗|行吗|可以吗|麻烦了?|请)?$/i;

export function isEditing(sentence: string): boolean {
  const clauses = sentence.split(CLAUSE).map((clause) => clause.trim());
  const edits = (clause: string) => ENGLISH.test(clause) || CHINESE.test(clause);
  return clauses.some(edits) && clauses.every((clause) => edits(clause) || POLITE.test(clause));
}
