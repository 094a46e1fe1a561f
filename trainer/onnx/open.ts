/**
 * Opens an ONNX file by its structure alone (onnx.proto3: `ModelProto`): nodes and attributes are read, weights are passed over
 * where they lie. So a file of gigabytes opens as fast, and in as little memory, as its graph is small.
 */
import { Failure } from '../../protocol/failure.ts';
import { ByteSource, withBytes } from '../formats/bytes.ts';
import { looksLike } from '../formats/looks-like.ts';
import { most } from './limits.ts';
import { Message } from './message.ts';
import type { ByteRange, MessagePlace, OnnxFunction, OnnxModel, OnnxNode } from './model.ts';
import { GraphDraft, readNode, standardDomain } from './read-graph.ts';
import { brokenHint, Scan } from './scan.ts';
import { Window } from './window.ts';

/** @throws Failure `no-such-file`; `broken-model`, which names the file, the place, what was found there and what was expected */
export async function openOnnx(path: string): Promise<OnnxModel> {
  return withBytes(path, async source => {
    await refuseOthers(source);
    return readModel(new Scan(new Window(source)));
  });
}

/**
 * The same of a model in memory. @param path what messages call it; the files that it names are looked for beside it
 * @throws Failure `broken-model`
 */
export async function openOnnxBytes(bytes: Uint8Array, path: string): Promise<OnnxModel> {
  return { ...(await readModel(new Scan(new Window(ByteSource.of(path, bytes))))), bytes };
}

/** Says what a file is that is no ONNX at all, rather than at which byte it stops being it. */
async function refuseOthers(source: ByteSource): Promise<void> {
  const found = source.size === 0 ? 'empty' : looksLike(await source.read(0, Math.min(source.size, 512)));
  if (found === undefined) return;
  throw new Failure('broken-model', `${source.path} is ${found}; an ONNX model was expected.`, 'Give the path of an .onnx file.');
}

async function readModel(scan: Scan): Promise<OnnxModel> {
  const { source } = scan.window;
  const message = new Message(scan, { start: 0, end: source.size }, 'model');
  const opsets = new Map<string, number>();
  const metadata = new Map<string, string>();
  const functions: OnnxFunction[] = [];
  const around: ByteRange[] = [];
  let [irVersion, producer, producerVersion, documentation] = [0, '', '', ''];
  let graph: GraphDraft | undefined;
  while (message.next()) {
    if (message.field !== 7) addRange(around, { start: message.head, end: message.stop });
    switch (message.field) {
      case 1:
        irVersion = message.natural();
        break;
      case 2:
        producer = message.name();
        break;
      case 3:
        producerVersion = message.name();
        break;
      case 6:
        documentation = told(message);
        break;
      case 7:
        graph ??= new GraphDraft(0);
        await graph.add(message.message('graph'), message.place);
        break;
      case 8:
        opsets.set(...readOperatorSet(message.message('operator set')));
        break;
      case 14:
        metadata.set(...readMetadata(message.message('metadata entry')));
        break;
      case 25:
        functions.push(await readFunction(message.message('function'), message.place));
    }
  }
  if (graph === undefined) throw new Failure('broken-model', `${scan.file} holds no graph; an ONNX model was expected.`, brokenHint);
  return {
    file: scan.file, size: source.size, irVersion, producer: { name: producer, version: producerVersion }, opsets, metadata,
    documentation, graph: graph.finish(), functions, around,
  };
}

function addRange(ranges: ByteRange[], { start, end }: ByteRange): void {
  const last = ranges.at(-1);
  if (last?.end === start) ranges[ranges.length - 1] = { start: last.start, end };
  else ranges.push({ start, end });
}

/** Text for the user; what would be too long to show, or is no text, is left out. */
function told(message: Message): string {
  const text = message.text(most.text) ?? '';
  message.scan.count('metadata', text.length);
  return text;
}

function readMetadata(message: Message): [string, string] {
  let [key, value] = ['', ''];
  while (message.next()) {
    if (message.field === 1) key = message.name();
    else if (message.field === 2) value = told(message);
  }
  return [key, value];
}

function readOperatorSet(message: Message): [string, number] {
  message.scan.count('operatorSets');
  let [domain, version] = ['', 0];
  while (message.next()) {
    if (message.field === 1) domain = standardDomain(message.name());
    else if (message.field === 2) version = message.natural();
  }
  return [domain, version];
}

async function readFunction(message: Message, place: MessagePlace): Promise<OnnxFunction> {
  message.scan.count('functions');
  const [inputs, outputs, nodes]: [string[], string[], OnnxNode[]] = [[], [], []];
  const opsets = new Map<string, number>();
  let [name, domain] = ['', ''];
  while (message.next()) {
    switch (message.field) {
      case 1:
        name = message.name();
        break;
      case 4:
        inputs.push(message.name());
        break;
      case 5:
        outputs.push(message.name());
        break;
      case 7:
        nodes.push(await readNode(message.message('node'), message.place, 0));
        break;
      case 9:
        opsets.set(...readOperatorSet(message.message('operator set')));
        break;
      case 10:
        domain = standardDomain(message.name());
    }
  }
  return { name, domain, inputs, outputs, nodes, opsets, place };
}
