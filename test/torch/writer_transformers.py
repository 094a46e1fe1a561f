"""What `attentions` makes of outputs of Hugging Face's transformers: writer_transformers.py MODULE"""
import json
import pathlib
import sys

import torch
from transformers import BartConfig, BartForConditionalGeneration, BertConfig, BertModel, GPT2Config, GPT2LMHeadModel

sys.path.insert(0, str(pathlib.Path(sys.argv[1]).parent))
from attention_scope import attentions  # noqa: E402

torch.set_num_threads(1)
torch.manual_seed(1)
tokens = torch.randint(4, 30, (2, 6))
eager = {"attn_implementation": "eager"}


def shapes(maps):
    return {kind: [list(layer.shape) for layer in layers] for kind, layers in maps.items()}


def rows(maps):
    return max(float(abs(layer.sum(-1) - 1).max()) for layers in maps.values() for layer in layers)


found = {}
# Without synced_gpus=False, generate loads torch.distributed.fsdp, which PyTorch 1.13 cannot on Python 3.11.
with torch.no_grad():
    bert = BertModel(BertConfig(vocab_size=30, hidden_size=8, num_hidden_layers=2, num_attention_heads=2, intermediate_size=8, **eager)).eval()
    outputs = bert(tokens, attention_mask=torch.tensor([[1] * 6, [1] * 4 + [0] * 2]), output_attentions=True)
    maps = attentions(outputs, 1, source_mask=torch.tensor([1, 1, 1, 1, 0, 0]))
    same = (torch.from_numpy(maps["encoder"][1]) - outputs.attentions[1][1, :, :4, :4]).abs().max().item()
    found["bert"] = {"shapes": shapes(maps), "rows": rows(maps), "same": same}

    gpt = GPT2LMHeadModel(GPT2Config(vocab_size=30, n_positions=32, n_embd=8, n_layer=2, n_head=2, eos_token_id=1, bos_token_id=0, **eager)).eval()
    maps = attentions(gpt(tokens, output_attentions=True))
    found["gpt"] = {"shapes": shapes(maps), "rows": rows(maps)}
    written = gpt.generate(tokens[:1], max_new_tokens=4, min_new_tokens=4, do_sample=False, synced_gpus=False, output_attentions=True, return_dict_in_generate=True, pad_token_id=2)
    maps = attentions(written)
    again = attentions(gpt(written.sequences[:, :-1], output_attentions=True))
    found["generated"] = {"shapes": shapes(maps), "rows": rows(maps), "same": float(abs(maps["decoder"][1] - again["decoder"][1]).max())}

    bart = BartForConditionalGeneration(BartConfig(vocab_size=30, d_model=8, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=2, encoder_ffn_dim=8, decoder_ffn_dim=8, max_position_embeddings=32, pad_token_id=1, bos_token_id=0, eos_token_id=2, decoder_start_token_id=2, forced_eos_token_id=None, **eager)).eval()
    written = bart.generate(tokens[:1], max_new_tokens=5, min_new_tokens=5, num_beams=1, do_sample=False, synced_gpus=False, output_attentions=True, return_dict_in_generate=True)
    maps = attentions(written)
    again = attentions(bart(tokens[:1], decoder_input_ids=written.sequences[:, :-1], output_attentions=True))
    found["bart"] = {"shapes": shapes(maps), "rows": rows(maps), "same": max(float(abs(maps[kind][1] - again[kind][1]).max()) for kind in again)}
    try:
        attentions(bert(tokens))
        found["refused"] = ""
    except ValueError as error:
        found["refused"] = str(error)
json.dump(found, sys.stdout)
