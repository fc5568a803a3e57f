import { nearestManner, verbAt } from './models/understand/verbs.ts';
import { climb, sensesOf } from './models/understand/wordnet.ts';
for (const w of process.argv.slice(2)) { const path = sensesOf(w,'verb').slice(0,4).map(s=>{const p:string[]=[]; climb(s,'verb',5,({words})=>{p.push(words.join('/'));return undefined}); return p.join(' > ')}); console.log(w, nearestManner(w), verbAt([w],0)?.manner, '\n   ', path.join('\n    ')); }
