"""Fine-tunes a language model of the Llama family on plans that `lerl plan export` wrote, with transformers and peft,
and writes the LoRA adapter as GGUF, which `planner.llm.lora` takes. For people with a GPU; without one it runs too.

    lerl plan export --config configs/ml100k_lerl.toml --out plans.jsonl
    python examples/10_fine_tune_with_peft.py --model HuggingFaceTB/SmolLM2-135M-Instruct --plans plans.train.jsonl \
        --out runs/peft
    lerl train --config configs/ml100k_lerl.toml --set planner.llm.lora=runs/peft/adapter.gguf \
        --set planner.llm.calibrate=off

The loss is the cross-entropy of the answer alone, given the prompt: the model learns what to answer, and not how to ask.
"""

import argparse
import json
import pathlib
import random

import gguf
import torch
from peft import LoraConfig, get_peft_model
from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

# What llama.cpp calls the matrices that get an adapter.
GGUF_NAMES = {"q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output",
              "gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down"}


def load(model):
    """The tokenizer and the model of a name on the hub, a folder, or a GGUF file (whose weights become floats)."""
    path = pathlib.Path(model)
    source = {"pretrained_model_name_or_path": model}
    if path.is_file():
        source = {"pretrained_model_name_or_path": str(path.parent), "gguf_file": path.name}
    config = AutoConfig.from_pretrained(**source)
    if path.is_file():  # older versions of transformers draw an output matrix where the file has none of its own
        config.tie_word_embeddings = all(tensor.name != "output.weight" for tensor in gguf.GGUFReader(path).tensors)
    loaded = AutoModelForCausalLM.from_pretrained(**source, config=config)
    if loaded.config.model_type != "llama":
        raise SystemExit(f"{model}: its architecture is {loaded.config.model_type}; the names of its matrices in an "
                         "adapter are known here for llama alone. llama.cpp's convert_lora_to_gguf.py knows others")
    return AutoTokenizer.from_pretrained(**source), loaded


def read_examples(path, tokenizer):
    """Token ids [n] of prompt and answer, and where the answer begins, for each line of the file."""
    examples = []
    for line in pathlib.Path(path).read_text().splitlines():
        messages = json.loads(line)["messages"]
        prompt = tokenizer.apply_chat_template(messages[:-1], tokenize=False, add_generation_prompt=True)
        ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
        answer = tokenizer(messages[-1]["content"], add_special_tokens=False)["input_ids"]
        examples.append((ids + answer, len(ids)))
    if not examples:
        raise SystemExit(f"{path}: there is no example in it")
    return examples


def batch_of(examples, device):
    """Token ids, mask and labels [batch, longest]; a label of -100 doesn't count in the loss."""
    longest = max(len(ids) for ids, _ in examples)
    ids, mask, labels = (torch.full((len(examples), longest), value) for value in (0, 0, -100))
    for row, (tokens, begin) in enumerate(examples):
        ids[row, :len(tokens)] = torch.tensor(tokens)
        mask[row, :len(tokens)] = 1
        labels[row, begin:len(tokens)] = torch.tensor(tokens[begin:])
    return {"input_ids": ids.to(device), "attention_mask": mask.to(device), "labels": labels.to(device)}


def rows_as_in_gguf(rows, heads):
    """Rows [heads * size, columns] of a query or key matrix: transformers rotates the halves of a head by position, and
    llama.cpp neighbours, so that row h of the second half stands beside row h of the first there."""
    return rows.reshape(heads, 2, -1, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)


def write_adapter(path, model, alpha):
    """The adapter's matrices as llama.cpp reads them: A [rank, in] and B [out, rank] of each tuned matrix."""
    writer = gguf.GGUFWriter(path, arch="llama")
    writer.add_string("general.type", "adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", alpha)
    heads = {"q_proj": model.config.num_attention_heads, "k_proj": model.config.num_key_value_heads}
    for name, module in model.named_modules():
        if not hasattr(module, "lora_A"):
            continue
        layer, kind = int(name.split("layers.")[1].split(".")[0]), name.rsplit(".", 1)[1]
        a, b = (getattr(module, which)["default"].weight.detach().float().cpu().numpy()
                for which in ("lora_A", "lora_B"))
        if kind in heads:
            b = rows_as_in_gguf(b, heads[kind])
        for matrix, values in (("lora_a", a), ("lora_b", b)):
            writer.add_tensor(f"blk.{layer}.{GGUF_NAMES[kind]}.weight.{matrix}", values.copy())
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", required=True, help="a name on the hub, a folder, or a GGUF file")
    parser.add_argument("--plans", required=True, help="FILE.train.jsonl of `lerl plan export`")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="folder of adapter.gguf and peft's own files")
    parser.add_argument("--steps", type=int, default=400, help="of the optimiser (default: %(default)s)")
    parser.add_argument("--batch", type=int, default=32, help="examples of a step (default: %(default)s)")
    parser.add_argument("--layers", type=int, default=6, help="upper layers that learn (default: %(default)s)")
    parser.add_argument("--rank", type=int, default=8, help="of the adapter (default: %(default)s)")
    parser.add_argument("--alpha", type=float, default=16, help="of the adapter (default: %(default)s)")
    parser.add_argument("--learning-rate", type=float, default=1e-3, help="of AdamW (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    flags = parser.parse_args()

    torch.manual_seed(flags.seed)
    order = random.Random(flags.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer, model = load(flags.model)
    layers = model.config.num_hidden_layers
    model = get_peft_model(model, LoraConfig(
        r=flags.rank, lora_alpha=flags.alpha, target_modules=list(GGUF_NAMES), task_type="CAUSAL_LM",
        layers_to_transform=list(range(max(0, layers - flags.layers), layers)))).to(device)
    examples = read_examples(flags.plans, tokenizer)
    optimiser = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=flags.learning_rate)
    for step in range(1, flags.steps + 1):
        chosen = order.sample(examples, min(flags.batch, len(examples)))
        loss = model(**batch_of(chosen, device)).loss
        if not torch.isfinite(loss):
            raise SystemExit(f"the loss of step {step} is not finite; lower --learning-rate")
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        print(f"step {step}/{flags.steps}: loss {loss.item():.4f}", flush=True)
    flags.out.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(flags.out, save_embedding_layers=False)
    write_adapter(flags.out / "adapter.gguf", model, flags.alpha)
    print(f"wrote {flags.out / 'adapter.gguf'}")


if __name__ == "__main__":
    main()
