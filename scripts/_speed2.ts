import { Kernels } from '/work/main/trainer/kernels/kernels.ts';
import { TrainingState } from '/work/main/trainer/training/state.ts';
import { translatorParameters } from '/work/main/trainer/models/gru-translator.ts';
import { optimize } from '/work/main/trainer/training/optimizer.ts';
import { BucketedStep } from '/work/main/trainer/training/bucketed-step.ts';
import { padBatch } from '/work/main/trainer/training/batch.ts';
import { loadRuntime } from '/work/main/trainer/engine/runtime.ts';
const arch={kind:'gru-additive' as const,vocabulary:6000,embedding:256,hidden:384,attention:256};
const shape={batch:+(process.env.B??64),source:16,target:16};
const st=TrainingState.start(translatorParameters(arch),1,BucketedStep.scratchBytes(arch,shape));
console.log('params',st.parameterCount);
const rt=await loadRuntime();
const step=await BucketedStep.load(rt,arch,shape,st,{labelSmoothing:.1,dropout:.2,threads:+(process.env.TH??2),arena:process.env.ATTENTION_SCOPE_SHARED_POOL!=='1'});
const pairs=Array.from({length:+(process.env.B??64)},()=>({source:Array.from({length:16},()=>Math.floor(Math.random()*6000)),target:Array.from({length:15},()=>Math.floor(Math.random()*6000))}));
const T:Record<string,number[]>={pad:[],run:[],opt:[],mask:[]};
for(let i=0;i<14;i++){let t=performance.now();const b=padBatch(pairs,shape,{pad:0,start:1,end:2});T.pad!.push(performance.now()-t);t=performance.now();await step.run(b,['a',i]);T.run!.push(performance.now()-t);t=performance.now();optimize(st,.001,{weightDecay:.01,clipNorm:1,beta1:.9,beta2:.98,epsilon:1e-9});T.opt!.push(performance.now()-t);
}
for(const [k,v] of Object.entries(T)){v.sort((a,b)=>a-b);console.log(k,v[v.length>>1]?.toFixed(1),v[0]?.toFixed(1))}
