"""The attention of paraphrase-MiniLM-L3-v2 over a sentence, as transformers computes it from the same weights.

Writes trainer/foreign/fixtures/minilm-attention.json: the token ids, and each layer's heads [head][query][key], row by row. Needs
what test/torch/architectures.py needs:

    npx tsx scripts/fetch-minilm.ts && npx tsx test/torch/minilm-weights.ts WEIGHTS.safetensors
    VENV/bin/python test/torch/minilm.py WEIGHTS.safetensors VOCAB.txt
"""
import json
import pathlib
import sys

import torch
import transformers as hf
from safetensors.torch import load_file

TO = pathlib.Path(__file__).resolve().parents[2] / "trainer" / "foreign" / "fixtures" / "minilm-attention.json"
TEXT = "The cat sat unhappily."

weights, vocabulary = sys.argv[1:3]
config = hf.BertConfig(vocab_size=30522, hidden_size=384, num_hidden_layers=3, num_attention_heads=12, intermediate_size=1536,
                       attn_implementation="eager")
model = hf.BertModel(config, add_pooling_layer=False).eval()
missing, unexpected = model.load_state_dict(load_file(weights), strict=False)
assert not unexpected and all("position_ids" in name for name in missing), (missing, unexpected)
ids = hf.BertTokenizer(vocabulary)(TEXT)["input_ids"]
with torch.no_grad():
    attentions = model(torch.tensor([ids]), output_attentions=True).attentions
layers = [[float(f"{weight:.5g}") for weight in layer[0].flatten().tolist()] for layer in attentions]
TO.write_text(json.dumps({"text": TEXT, "ids": ids, "tokens": hf.BertTokenizer(vocabulary).convert_ids_to_tokens(ids), "heads": 12, "layers": layers}) + "\n")
