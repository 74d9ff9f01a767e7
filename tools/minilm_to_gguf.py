#!/usr/bin/env python3
"""Converts a BERT model of sentence embeddings (safetensors) to GGUF, which llama.cpp reads.

    tools/minilm_to_gguf.py FOLDER TARGET.gguf

FOLDER holds config.json, vocab.txt, model.safetensors and 1_Pooling/config.json. The weights stay as
they are (32-bit floats), so that no package is needed beside Python. The result is written whole or
not at all. Names of tensors and of settings are those of llama.cpp's architecture "bert".
"""

import json
import os
import struct
import sys

ALIGNMENT = 32
FLOAT32 = 0  # of ggml_type
UINT32, INT32, FLOAT, BOOL, STRING, ARRAY = 4, 5, 6, 7, 8, 9  # of gguf_type
MEAN_POOLING = 1
NORMAL_TOKEN, CONTROL_TOKEN = 1, 3

EMBEDDINGS = {
    "embeddings.word_embeddings.weight": "token_embd.weight",
    "embeddings.position_embeddings.weight": "position_embd.weight",
    "embeddings.token_type_embeddings.weight": "token_types.weight",
    "embeddings.LayerNorm.weight": "token_embd_norm.weight",
    "embeddings.LayerNorm.bias": "token_embd_norm.bias",
}
OF_LAYER = {
    "attention.self.query": "attn_q",
    "attention.self.key": "attn_k",
    "attention.self.value": "attn_v",
    "attention.output.dense": "attn_output",
    "attention.output.LayerNorm": "attn_output_norm",
    "intermediate.dense": "ffn_up",
    "output.dense": "ffn_down",
    "output.LayerNorm": "layer_output_norm",
}


def text(value):
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def entry(key, kind, value):
    """A key of the header with its value."""
    if kind == STRING:
        body = text(value)
    else:
        body = struct.pack({UINT32: "<I", FLOAT: "<f", BOOL: "<?"}[kind], value)
    return text(key) + struct.pack("<I", kind) + body


def array(key, kind, values):
    pack = text if kind == STRING else lambda value: struct.pack("<i", value)
    head = text(key) + struct.pack("<IIQ", ARRAY, kind, len(values))
    return head + b"".join(pack(value) for value in values)


def own_name(name):
    """What llama.cpp calls a tensor; None for one that it has no use for."""
    if name in EMBEDDINGS:
        return EMBEDDINGS[name]
    if not name.startswith("encoder.layer."):
        return None
    layer, rest = name.removeprefix("encoder.layer.").split(".", 1)
    part, kind = rest.rsplit(".", 1)
    return f"blk.{layer}.{OF_LAYER[part]}.{kind}"


def own_token(token):
    """WordPiece marks what goes on within a word; llama.cpp marks what begins one."""
    if token.startswith("[") and token.endswith("]"):
        return token
    return token[2:] if token.startswith("##") else "\u2581" + token


def header(config, tokens):
    special = {name: tokens.index(name) for name in ("[CLS]", "[SEP]", "[UNK]", "[PAD]", "[MASK]")}
    kinds = [CONTROL_TOKEN if t.startswith("[") and t.endswith("]") else NORMAL_TOKEN for t in tokens]
    return [
        entry("general.architecture", STRING, "bert"),
        entry("general.name", STRING, "all-MiniLM-L6-v2"),
        entry("general.alignment", UINT32, ALIGNMENT),
        entry("bert.block_count", UINT32, config["num_hidden_layers"]),
        entry("bert.context_length", UINT32, config["max_position_embeddings"]),
        entry("bert.embedding_length", UINT32, config["hidden_size"]),
        entry("bert.feed_forward_length", UINT32, config["intermediate_size"]),
        entry("bert.attention.head_count", UINT32, config["num_attention_heads"]),
        entry("bert.attention.layer_norm_epsilon", FLOAT, config["layer_norm_eps"]),
        entry("bert.attention.causal", BOOL, False),
        entry("bert.pooling_type", UINT32, MEAN_POOLING),
        entry("tokenizer.ggml.model", STRING, "bert"),
        entry("tokenizer.ggml.token_type_count", UINT32, config["type_vocab_size"]),
        array("tokenizer.ggml.tokens", STRING, [own_token(token) for token in tokens]),
        array("tokenizer.ggml.token_type", INT32, kinds),
        entry("tokenizer.ggml.bos_token_id", UINT32, special["[CLS]"]),
        entry("tokenizer.ggml.seperator_token_id", UINT32, special["[SEP]"]),
        entry("tokenizer.ggml.unknown_token_id", UINT32, special["[UNK]"]),
        entry("tokenizer.ggml.padding_token_id", UINT32, special["[PAD]"]),
        entry("tokenizer.ggml.cls_token_id", UINT32, special["[CLS]"]),
        entry("tokenizer.ggml.mask_token_id", UINT32, special["[MASK]"]),
    ]


def read_tensors(path):
    """(llama.cpp's name, shape, bytes) of every tensor that it needs."""
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        index = json.loads(file.read(length))
        begin = 8 + length
        for name, about in sorted(index.items()):
            own = None if name == "__metadata__" else own_name(name)
            if own is None:
                continue
            if about["dtype"] != "F32":
                raise SystemExit(f"{path}: {name} is {about['dtype']}, not F32")
            first, last = about["data_offsets"]
            file.seek(begin + first)
            yield own, about["shape"], file.read(last - first)


def padded(data):
    return data + b"\0" * (-len(data) % ALIGNMENT)


def convert(folder, target):
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as file:
        config = json.load(file)
    with open(os.path.join(folder, "1_Pooling", "config.json"), encoding="utf-8") as file:
        if not json.load(file)["pooling_mode_mean_tokens"]:
            raise SystemExit(f"{folder}: its pooling is not the mean over tokens")
    if config["model_type"] != "bert":
        raise SystemExit(f"{folder}: a model of type {config['model_type']}, not bert")
    with open(os.path.join(folder, "vocab.txt"), encoding="utf-8") as file:
        tokens = file.read().splitlines()
    tensors = list(read_tensors(os.path.join(folder, "model.safetensors")))
    wanted = len(EMBEDDINGS) + 2 * len(OF_LAYER) * config["num_hidden_layers"]
    if len(tensors) != wanted:
        raise SystemExit(f"{folder}: {len(tensors)} tensors where {wanted} are expected")
    entries = header(config, tokens)
    head = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(entries)) + b"".join(entries)
    offset = 0
    for name, shape, data in tensors:
        axes = struct.pack(f"<I{len(shape)}Q", len(shape), *reversed(shape))
        head += text(name) + axes + struct.pack("<IQ", FLOAT32, offset)
        offset += len(padded(data))
    partial = target + ".partial"
    with open(partial, "wb") as file:
        file.write(padded(head))
        for _, _, data in tensors:
            file.write(padded(data))
    os.replace(partial, target)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit("usage: minilm_to_gguf.py FOLDER TARGET.gguf")
    convert(sys.argv[1], sys.argv[2])
