import { createUnderstander } from './models/understand/index.ts';
import { tokenize } from './models/understand/chinese-tokens.ts';
import { normalize } from './models/understand/chinese-words.ts';
const u = createUnderstander();
for (const t of process.argv.slice(2)) { console.log(normalize(t).text, tokenize(normalize(t).text).map(x=>x.text+':'+x.kind+':'+(x.value??x.english??'')).join(' ')); try { const c = u.understand(t, {}); console.log(t,'=>',[c,...(c.also??[])].map(x=>x.prompt+' '+x.confidence.toFixed(2)).join(' | ')); } catch(e:any){ console.log(t,'=>',e.code, JSON.stringify(e.seen?.understood)); } }
import { parseChinese } from './models/understand/chinese.ts';
console.log(JSON.stringify(parseChinese(process.argv[2],[])));
