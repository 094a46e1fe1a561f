"""Tiny models of every architecture that trainer/architectures builds, with random weights, and what transformers computes with them.

Writes a folder for each into trainer/architectures/fixtures: config.json and the weights as transformers saves them, and
expected.safetensors: what went in (input.<name>), what came out (output.<name>), every attention (attention.<kind>.<layer>, [batch, head,
query, key]). Needs transformers 4.46 (the last that runs on Debian's python3-torch 1.13), safetensors and sentencepiece:

    /usr/bin/python3 -m venv --system-site-packages VENV && VENV/bin/pip install transformers==4.46.3 safetensors sentencepiece
    VENV/bin/python test/torch/architectures.py [--only NAME] [--to FOLDER]
    VENV/bin/python test/torch/architectures.py --t5 ../shared/models/tiny_t5     prints what tiny_t5 says, as JSON
"""
import argparse
import json
import os
import pathlib
import shutil

import torch
import transformers as hf
from safetensors.torch import load_file, save_file

torch.set_num_threads(1)
FIXTURES = pathlib.Path(__file__).resolve().parents[2] / "trainer" / "architectures" / "fixtures"

TEXT = dict(vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, max_position_embeddings=20)
LLAMA = dict(TEXT, num_key_value_heads=2, max_position_embeddings=64)
BART = dict(vocab_size=40, d_model=16, encoder_layers=2, decoder_layers=2, encoder_attention_heads=2, decoder_attention_heads=4,
            encoder_ffn_dim=24, decoder_ffn_dim=20, max_position_embeddings=20)
T5 = dict(vocab_size=40, decoder_start_token_id=0, d_model=12, d_kv=4, d_ff=20, num_layers=2, num_decoder_layers=2, num_heads=4)
VIT = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=4, intermediate_size=24, image_size=[6, 9], patch_size=3, num_channels=3)

# name: class, config, how it is saved
MODELS = {
    "bert-classifier": (hf.BertForSequenceClassification, hf.BertConfig(**TEXT, num_labels=3), {}),
    "bert-masked": (hf.BertForMaskedLM, hf.BertConfig(**TEXT, hidden_act="gelu_new"), {"old_names": True}),
    "bert-answers": (hf.BertForQuestionAnswering, hf.BertConfig(**TEXT, hidden_act="relu"), {"dtype": torch.float16}),
    "bert-states": (hf.BertModel, hf.BertConfig(**TEXT), {"dtype": torch.float16}),
    "distilbert-classifier": (hf.DistilBertForSequenceClassification, hf.DistilBertConfig(vocab_size=40, dim=16, n_layers=2, n_heads=4, hidden_dim=24, max_position_embeddings=20), {}),
    "distilbert-masked": (hf.DistilBertForMaskedLM, hf.DistilBertConfig(vocab_size=40, dim=16, n_layers=1, n_heads=2, hidden_dim=24, max_position_embeddings=20), {"bin": True}),
    "roberta-classifier": (hf.RobertaForSequenceClassification, hf.RobertaConfig(**TEXT, type_vocab_size=1, pad_token_id=1), {"dtype": torch.float16}),
    "xlm-roberta-tokens": (hf.XLMRobertaForTokenClassification, hf.XLMRobertaConfig(**TEXT, type_vocab_size=1, pad_token_id=1, num_labels=5), {"dtype": torch.float16}),
    "camembert-masked": (hf.CamembertForMaskedLM, hf.CamembertConfig(**TEXT, type_vocab_size=1, pad_token_id=1), {"dtype": torch.float16}),
    "gpt2": (hf.GPT2LMHeadModel, hf.GPT2Config(vocab_size=40, n_embd=16, n_layer=2, n_head=4, n_positions=20), {"bin": True}),
    "gpt2-by-layer": (hf.GPT2LMHeadModel, hf.GPT2Config(vocab_size=40, n_embd=16, n_layer=2, n_head=2, n_positions=20, n_inner=24, activation_function="gelu", scale_attn_by_inverse_layer_idx=True), {"dtype": torch.float16}),
    "llama": (hf.LlamaForCausalLM, hf.LlamaConfig(**LLAMA), {"shards": "6KB"}),
    "llama-biased": (hf.LlamaForCausalLM, hf.LlamaConfig(**LLAMA, attention_bias=True, mlp_bias=True, head_dim=6, tie_word_embeddings=True), {"dtype": torch.float16}),
    "llama-linear": (hf.LlamaForCausalLM, hf.LlamaConfig(**LLAMA, rope_scaling={"type": "linear", "factor": 4.0}), {"dtype": torch.bfloat16}),
    "llama-dynamic": (hf.LlamaForCausalLM, hf.LlamaConfig(**LLAMA, rope_scaling={"rope_type": "dynamic", "factor": 2.0}), {"dtype": torch.bfloat16}),
    "llama-llama3": (hf.LlamaForCausalLM, hf.LlamaConfig(**LLAMA, head_dim=16, rope_theta=500.0, rope_scaling={"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}), {"dtype": torch.float16}),
    "llama-yarn": (hf.LlamaForCausalLM, hf.LlamaConfig(**LLAMA, head_dim=16, rope_theta=500.0, rope_scaling={"rope_type": "yarn", "factor": 4.0, "beta_fast": 8.0}), {"dtype": torch.float16}),
    "mistral-window": (hf.MistralForCausalLM, hf.MistralConfig(**LLAMA, sliding_window=4), {"dtype": torch.float16}),
    "qwen2": (hf.Qwen2ForCausalLM, hf.Qwen2Config(**LLAMA, sliding_window=None, tie_word_embeddings=True), {}),
    "qwen2-window": (hf.Qwen2ForCausalLM, hf.Qwen2Config(**LLAMA, use_sliding_window=True, sliding_window=3, max_window_layers=0), {"dtype": torch.bfloat16}),
    "qwen3": (hf.LlamaForCausalLM, hf.LlamaConfig(**LLAMA, head_dim=8), {"qwen3": True}),
    "t5": (hf.T5ForConditionalGeneration, hf.T5Config(**T5), {}),
    "t5-gated": (hf.T5ForConditionalGeneration, hf.T5Config(**T5, feed_forward_proj="gated-gelu", tie_word_embeddings=False), {"dtype": torch.float16}),
    "marian": (hf.MarianMTModel, hf.MarianConfig(**BART, scale_embedding=True, activation_function="swish", pad_token_id=39, decoder_start_token_id=39), {"dtype": torch.float16}),
    "marian-apart": (hf.MarianMTModel, hf.MarianConfig(**BART, share_encoder_decoder_embeddings=False, activation_function="relu", pad_token_id=32, decoder_start_token_id=32), {"dtype": torch.float16, "targets": 33}),
    "bart": (hf.BartForConditionalGeneration, hf.BartConfig(**BART), {"dtype": torch.float16}),
    "mbart": (hf.MBartForConditionalGeneration, hf.MBartConfig(**BART, scale_embedding=True, decoder_start_token_id=2), {"dtype": torch.float16}),
    "vit": (hf.ViTForImageClassification, hf.ViTConfig(**VIT, num_labels=4), {}),
    "vit-states": (hf.ViTModel, hf.ViTConfig(**VIT, qkv_bias=False), {"dtype": torch.float16}),
}


def randomize(model):
    """Large weights, so that attention is far from even and nothing hides in being zero or one."""
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            deviation = parameter.shape[-1] ** -0.5 if parameter.dim() > 1 else 0.2
            middle = 1.0 if parameter.dim() == 1 and name.endswith("weight") else 0.0
            wide = 1.6 if any(part in name for part in ("query", "key", "q_", "k_", ".q.", ".k.", "c_attn")) else 1.0
            parameter.data = middle + torch.randn(parameter.shape) * deviation * wide
    for name, buffer in model.named_buffers():
        if name.endswith("final_logits_bias"):
            buffer.normal_()


class NormalizedHeads(torch.nn.Module):
    """Qwen 3's queries and keys: a projection whose heads are each normalized before anything turns them.
    This version of transformers has no Qwen 3; it is its Llama with these (modeling_qwen3.py, Qwen3Attention)."""

    def __init__(self, linear, size, epsilon):
        super().__init__()
        self.linear, self.size, self.epsilon = linear, size, epsilon
        self.norm = torch.nn.Parameter(1 + 0.3 * torch.randn(size))

    def forward(self, x):
        heads = self.linear(x).unflatten(-1, (-1, self.size))
        return (heads * torch.rsqrt(heads.pow(2).mean(-1, keepdim=True) + self.epsilon) * self.norm).flatten(-2)


def with_normalized_heads(model):
    for layer in model.model.layers:
        for part in ("q_proj", "k_proj"):
            setattr(layer.self_attn, part, NormalizedHeads(getattr(layer.self_attn, part), model.config.head_dim, model.config.rms_norm_eps))


def save_qwen3(model, folder):
    names = {".q_proj.linear.": ".q_proj.", ".k_proj.linear.": ".k_proj.", ".q_proj.norm": ".q_norm.weight", ".k_proj.norm": ".k_norm.weight"}
    tensors = {}
    for name, tensor in model.state_dict().items():
        for ours, theirs in names.items():
            name = name.replace(ours, theirs)
        tensors[name] = tensor.contiguous()
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    config = model.config.to_dict() | {"model_type": "qwen3", "architectures": ["Qwen3ForCausalLM"], "use_sliding_window": False}
    (folder / "config.json").write_text(json.dumps(config, indent=1))


def attentions(kind, maps):
    return {f"attention.{kind}.{layer}": weights for layer, weights in enumerate(maps or ())}


def run(model, generator):
    """Inputs, outputs and attentions; two texts of which one is shorter."""
    config = model.config
    if config.model_type == "vit":
        pixels = torch.randn((2, config.num_channels, *config.image_size), generator=generator)
        output = model(pixel_values=pixels, output_attentions=True)
        name = "logits" if "logits" in output else "last_hidden_state"
        return {"input.pixel_values": pixels, f"output.{name}": output[name], **attentions("encoder", output.attentions)}

    def texts(length, size):
        return torch.randint(3, size, (2, length), generator=generator)

    if config.is_encoder_decoder:
        source, target = texts(9, 33), texts(7, 33)
        mask = torch.ones_like(source)
        mask[1, 6:] = 0
        target[:, 0] = config.decoder_start_token_id
        output = model(input_ids=source, attention_mask=mask, decoder_input_ids=target, output_attentions=True)
        return {
            "input.input_ids": source, "input.attention_mask": mask, "input.decoder_input_ids": target, "output.logits": output.logits,
            "output.last_hidden_state": output.encoder_last_hidden_state, **attentions("encoder", output.encoder_attentions),
            **attentions("decoder", output.decoder_attentions), **attentions("cross", output.cross_attentions),
        }
    ids = texts(9, 40)
    mask = torch.ones_like(ids)
    fed = {"input_ids": ids, "attention_mask": mask}
    decodes = any(part in type(model).__name__ for part in ("CausalLM", "LMHead"))
    if decodes:
        mask[1, :3] = 0
        fed["position_ids"] = (mask.cumsum(1) - 1).clamp(min=0)
    else:
        mask[1, 6:] = 0
        if config.pad_token_id is not None:
            ids[1, 6:] = config.pad_token_id
        if config.model_type == "bert":
            fed["token_type_ids"] = (torch.arange(9) > 4).long().expand(2, 9).contiguous()
    output = model(**fed, output_attentions=True)
    names = [name for name in ("logits", "start_logits", "end_logits", "last_hidden_state") if name in output]
    kind = "decoder" if decodes else "encoder"
    return {
        **{f"input.{name}": value for name, value in fed.items()}, **{f"output.{name}": output[name] for name in names},
        **attentions(kind, output.attentions),
    }


def make(name, to):
    kind, config, how = MODELS[name]
    seed = sum(name.encode())
    torch.manual_seed(seed)
    config._attn_implementation = "eager"
    model = kind(config).eval()
    if "targets" in how:
        model.resize_decoder_token_embeddings(how["targets"])
    randomize(model)
    if how.get("qwen3"):
        with_normalized_heads(model)
    dtype = how.get("dtype", torch.float32)
    # What is stored in few bits is computed with in many; angles and sinusoids are not stored.
    for stored in [parameter for parameter in model.parameters() if parameter.requires_grad] + [buffer for name, buffer in model.named_buffers() if name == "final_logits_bias"]:
        stored.data = stored.data.to(dtype).float()
    folder = to / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with torch.no_grad():
        expected = run(model, torch.Generator().manual_seed(seed))
    save_file({key: value.float().contiguous() if value.is_floating_point() else value.contiguous() for key, value in expected.items()}, folder / "expected.safetensors")
    if how.get("qwen3"):
        save_qwen3(model, folder)
    else:
        options = {"max_shard_size": how["shards"]} if "shards" in how else {}
        model.to(dtype).save_pretrained(folder, safe_serialization=not how.get("bin"), **options)
        (folder / "generation_config.json").unlink(missing_ok=True)
    if how.get("old_names"):
        old = {key.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta"): value for key, value in load_file(folder / "model.safetensors").items()}
        save_file(old, folder / "model.safetensors", {"format": "pt"})
    print(name, {path.name: os.path.getsize(path) for path in sorted(folder.iterdir())})


def tiny_t5(folder):
    model = hf.T5ForConditionalGeneration(hf.T5Config.from_pretrained(folder, attn_implementation="eager")).eval()
    model.load_state_dict(load_file(f"{folder}/model.safetensors"), strict=False)
    model.tie_weights()
    ids = torch.tensor([[13, 7, 250, 999, 42, 8, 1]])
    target = torch.tensor([[0, 100, 5, 640, 77]])
    with torch.no_grad():
        output = model(input_ids=ids, decoder_input_ids=target, output_attentions=True)
        # Greedily; `generate` itself needs a part of torch that Debian's Python cannot load.
        written = [0]
        while len(written) < 9:
            written.append(model(input_ids=ids, decoder_input_ids=torch.tensor([written])).logits[0, -1].argmax().item())
    # Of each map how far queries look on average, weighed by their own place: one number that any change of a map changes.
    def checksum(weights):
        queries, keys = weights.shape[-2:]
        return ((weights[0] * torch.arange(1, keys + 1)).sum(-1) * torch.arange(1, queries + 1)).sum(-1).tolist()
    print(json.dumps({
        "input_ids": ids[0].tolist(), "decoder_input_ids": target[0].tolist(), "generated": written,
        "first_logits": output.logits[0, :, :4].tolist(), "argmax": output.logits[0].argmax(-1).tolist(),
        "encoder": [checksum(weights) for weights in output.encoder_attentions],
        "decoder": [checksum(weights) for weights in output.decoder_attentions],
        "cross": [checksum(weights) for weights in output.cross_attentions],
        "buckets": {
            # How many distances share each bucket, in turn.
            str(both).lower(): torch.unique_consecutive(
                hf.models.t5.modeling_t5.T5Attention._relative_position_bucket(torch.arange(-140, 141), both, 32, 128), return_counts=True)[1].tolist()
            for both in (True, False)
        },
    }))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--to", type=pathlib.Path, default=FIXTURES)
    parser.add_argument("--t5")
    arguments = parser.parse_args()
    if arguments.t5:
        tiny_t5(arguments.t5)
    else:
        for chosen in arguments.only or MODELS:
            make(chosen, arguments.to)
