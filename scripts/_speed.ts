import { translatorTrainingGraph } from '/work/main/trainer/models/gru-translator-training.ts';
import { translatorParameters } from '/work/main/trainer/models/gru-translator.ts';
import { differentiate } from '/work/main/trainer/graph/gradients/backward.ts';
import { writeOnnx } from '/work/main/trainer/graph/write.ts';
import { fixedShape } from '/work/main/trainer/graph/value.ts';
import * as ort from 'onnxruntime-node';
const [V,E,H,A]=[+(process.env.V??8000),+(process.env.E??256),+(process.env.H??256),+(process.env.A??256)];
const arch={kind:'gru-additive' as const,vocabulary:V,embedding:E,hidden:H,attention:A};
const shapes=(process.env.SH??'64,16,16').split(';').map(s=>s.split(',').map(Number));
const np=translatorParameters(arch).reduce((a,p)=>a+p.shape.reduce((x,y)=>x*y,1),0); console.log('params',np);
const params:any={};for(const p of translatorParameters(arch)){const n=p.shape.reduce((x,y)=>x*y,1);const d=new Float32Array(n);for(let i=0;i<n;i++)d[i]=(Math.random()-.5)*.1;params[p.name]=new ort.Tensor('float32',d,p.shape as number[]);}
const sess:any[]=[];
for(const [B,S,T] of shapes as any){
const g=translatorTrainingGraph(arch,{batch:B,source:S,target:T},{labelSmoothing:+(process.env.LS??0.1),dropout:true});
let t=performance.now();
const grads=differentiate(g.loss,[...g.parameters.values()]);
g.graph.output(g.loss,'loss');
const fetch:any={loss:new ort.Tensor('float32',new Float32Array(1),[])};
for(const [v,gr] of grads){ if(gr.dense){g.graph.output(gr.dense,'d.'+v.name);} gr.rows.forEach((r,i)=>g.graph.output(r.rows,'r'+i+'.'+v.name));}
for(const o of g.graph.outputs){const sh=fixedShape(o);fetch[o.name]=new ort.Tensor('float32',new Float32Array(sh.reduce((a,b)=>a*b,1)),sh)}
const bytes=writeOnnx(g.graph);
console.log('nodes',g.graph.nodes.length,'bytes',bytes.length,'build',performance.now()-t);t=performance.now();
const s=await ort.InferenceSession.create(bytes,{intraOpNumThreads:2,enableCpuMemArena:process.env.ARENA!=='0',graphOptimizationLevel:'all',...(process.env.PROF?{enableProfiling:true,profileFilePrefix:'/tmp/prof'}:{})});
console.log('create',performance.now()-t);
const feeds:any={...params};
const ids=(n:number)=>BigInt64Array.from({length:n},()=>BigInt(Math.floor(Math.random()*V)));
feeds.source=new ort.Tensor('int64',ids(S*B),[S,B]);feeds.target=new ort.Tensor('int64',ids(T*B),[T,B]);feeds.labels=new ort.Tensor('int64',ids(T*B),[T*B]);
feeds.source_mask=new ort.Tensor('float32',new Float32Array(S*B).fill(1),[S*B,1]);feeds.source_bias=new ort.Tensor('float32',new Float32Array(S*B),[B,S]);
feeds.label_weights=new ort.Tensor('float32',new Float32Array(T*B).fill(1/(T*B)),[T*B]);
for(const [n,st] of [['source',S],['target',T],['readout',T]] as any)feeds['dropout.'+n]=new ort.Tensor('float32',new Float32Array(st*B*E).fill(1),[st*B,E]);
sess.push({s,feeds,fetch,name:[B,S,T].join()});
}
const N=+(process.env.N??12);
const times=new Map<string,number[]>();
for(let i=0;i<N;i++)for(const {s,feeds,fetch,name} of sess){const t=performance.now();await s.run(feeds,fetch);const d=performance.now()-t;if(i>1){(times.get(name)??times.set(name,[]).get(name))!.push(d)};if(i==0)console.log(name,'loss',fetch.loss.data[0])}
for(const [k,v] of times){v.sort((a,b)=>a-b);console.log(k,'median',v[v.length>>1]!.toFixed(1),'min',v[0]!.toFixed(1))}
console.log('rss',Math.round(process.memoryUsage().rss/1e6), 'max', Math.round(process.resourceUsage().maxRSS/1e3));
if(process.env.PROF)for(const x of sess)x.s.endProfiling();
