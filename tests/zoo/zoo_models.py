"""The zoo: every model by name, with the arguments of scripts/export_model.py, less --out.

Those of CI are exported and verified by every run of the tests, the others by the long ones.
"""

from pathlib import Path

HERE = Path(__file__).resolve().parent

SMALL = "hidden_size=64,num_attention_heads=4,intermediate_size=128,vocab_size=500"
GROUPED = f"num_hidden_layers=2,{SMALL},num_key_value_heads=2"
ENCODER = f"num_hidden_layers=2,{SMALL}"
GPT2 = "n_layer=3,n_embd=64,n_head=4,vocab_size=500,n_positions=64"
LLAMA = (
    "num_hidden_layers=3,hidden_size=64,num_attention_heads=8,num_key_value_heads=2,"
    "intermediate_size=160,vocab_size=500"
)
T5 = "num_layers=2,num_decoder_layers=2,d_model=64,d_kv=16,num_heads=4,d_ff=128,vocab_size=500"
BART = (
    "d_model=64,encoder_layers=2,decoder_layers=2,encoder_attention_heads=4,vocab_size=500,"
    "decoder_attention_heads=4,encoder_ffn_dim=128,decoder_ffn_dim=128"
)
VISION = (
    "num_hidden_layers=2,hidden_size=64,num_attention_heads=4,intermediate_size=128,"
    "image_size=32,patch_size=8"
)
TWO_TOWERS = ",".join(
    f"{tower}_config.{setting}"
    for tower, own in (
        ("text", "vocab_size=500,max_position_embeddings=32"),
        ("vision", "image_size=32,patch_size=8"),
    )
    for setting in f"num_hidden_layers=2,hidden_size=32,num_attention_heads=4,"
    f"intermediate_size=64,{own}".split(",")
)
DETR = (
    "d_model=32,encoder_layers=2,decoder_layers=2,encoder_attention_heads=4,"
    "decoder_attention_heads=4,encoder_ffn_dim=64,decoder_ffn_dim=64,num_queries=6,"
    'backbone_config={"model_type":"resnet","embedding_size":8,"hidden_sizes":[16,32],'
    '"depths":[1,1],"layer_type":"basic","out_features":["stage2"]}'
)
LLAVA = (
    'text_config={"model_type":"llama","num_hidden_layers":2,"hidden_size":32,'
    '"num_attention_heads":4,"num_key_value_heads":2,"intermediate_size":64,"vocab_size":500},'
    'vision_config={"model_type":"clip_vision_model","num_hidden_layers":2,"hidden_size":32,'
    '"num_attention_heads":4,"intermediate_size":64,"image_size":32,"patch_size":8,'
    '"projection_dim":32},image_token_index=499,vision_feature_layer=-1'
)
SPEECH = (
    f"{ENCODER},conv_dim=[16,16,16],conv_stride=[5,2,2],conv_kernel=[10,3,3],"
    "num_conv_pos_embeddings=16,num_conv_pos_embedding_groups=4,num_feat_extract_layers=3"
)

TEXT = "--inputs batch=1,seq=16"
PADDED = "--inputs batch=2,seq=16,padded=1"
PAIR = "--inputs batch=1,seq=16,target_seq=8"
IMAGE = "--inputs batch=1,image=32"
MOE = "--experts batched_mm"


def hf(model_type: str, settings: str, *options: str) -> str:
    """Write the arguments of an architecture of transformers."""
    return " ".join((f"--hf {model_type} --set '{settings}'", *options))


def module(function: str, *options: str) -> str:
    """Write the arguments of a module of this folder: ``file:function``."""
    file, _, name = function.partition(":")
    return " ".join((f"--module '{HERE}/{file}.py:{name or 'make'}' --randomise", *options))


CI = {
    "gpt2_small": hf("gpt2", GPT2, TEXT),
    "bert_small": hf("bert", ENCODER, PADDED),
    "llama_small_fp32": hf("llama", LLAMA, TEXT),
    "llama_small_bf16": hf("llama", LLAMA, TEXT, "--dtype bf16"),
    "resnet_small": hf(
        "resnet", "embedding_size=16,hidden_sizes=[16,32],depths=[2,2],layer_type=basic", IMAGE
    ),
    "resnet_bottleneck_small": hf(
        "resnet", "embedding_size=16,hidden_sizes=[32,64],depths=[2,2],layer_type=bottleneck", IMAGE
    ),
    "t5_small": hf("t5", T5, PAIR),
    "albert_small": hf("albert", f"{ENCODER},num_hidden_layers=3,embedding_size=32", TEXT),
    "unet": module("unet"),
    "tied_weights": module("tied_weights"),
    "tuple_outputs": module("tuple_outputs"),
    "bare_outputs": module("bare_outputs"),
    "in_place": module("in_place"),
    "has_downsample": module("has_downsample"),
    "mixtral": hf("mixtral", f"{GROUPED},num_local_experts=4", TEXT, MOE),
    "mamba": hf(
        "mamba",
        "num_hidden_layers=2,hidden_size=32,state_size=8,vocab_size=500",
        "--inputs batch=1,seq=8",
    ),
    "swin": hf(
        "swin",
        "embed_dim=16,depths=[2,2],num_heads=[2,4],window_size=4,image_size=32,patch_size=2",
        IMAGE,
    ),
    "clip": hf("clip", f"{TWO_TOWERS},projection_dim=32", "--inputs batch=2,seq=8,image=32"),
    "bart": hf("bart", BART, PAIR),
    "whisper": hf(
        "whisper",
        f"{BART},num_mel_bins=16,max_source_positions=16,max_target_positions=32,pad_token_id=0",
        "--inputs batch=1,target_seq=8",
    ),
    "training_batch_norm": module("training_batch_norm", "--train"),
    "cond_on_shape": module("branches", "--dynamic 1 --with-grad"),
    "cond_on_data": module("branches:make_on_data"),
    "cond_nested": module("branches:make_nested"),
}

LONG = {
    "gpt2_sdpa_padded": hf("gpt2", GPT2, PADDED, "--attention sdpa"),
    "gpt2_bf16": hf("gpt2", GPT2, TEXT, "--dtype bf16"),
    "gpt2_untied": hf("gpt2", f"{GPT2},tie_word_embeddings=false", TEXT),
    "gpt2_with_grad": hf("gpt2", GPT2, TEXT, "--with-grad"),
    "llama_padded": hf("llama", GROUPED, PADDED),
    "llama_sdpa": hf("llama", GROUPED, TEXT, "--attention sdpa"),
    "llama_with_grad": hf("llama", LLAMA, TEXT, "--with-grad"),
    "llama_tied": hf("llama", f"{LLAMA},tie_word_embeddings=true", TEXT),
    "llama_dynamic": hf("llama", LLAMA, TEXT, "--dynamic 1"),
    "mistral": hf("mistral", f"{GROUPED},sliding_window=8", TEXT),
    "qwen3": hf("qwen3", f"{GROUPED},head_dim=16", TEXT),
    "gemma2": hf("gemma2", f"{GROUPED},head_dim=16,sliding_window=8", TEXT),
    "phi3": hf("phi3", f"{GROUPED},pad_token_id=0", TEXT),
    "opt": hf(
        "opt",
        "num_hidden_layers=2,hidden_size=64,word_embed_proj_dim=64,num_attention_heads=4,"
        "ffn_dim=128,vocab_size=500,max_position_embeddings=64",
        PADDED,
    ),
    "bloom": hf("bloom", "n_layer=2,hidden_size=64,n_head=4,vocab_size=500", PADDED),
    "gpt_neox": hf("gpt_neox", ENCODER, TEXT),
    "qwen3_moe": hf(
        "qwen3_moe",
        f"{GROUPED},num_local_experts=4,num_experts_per_tok=2,moe_intermediate_size=32",
        TEXT,
        MOE,
    ),
    "rwkv": hf(
        "rwkv",
        "num_hidden_layers=2,hidden_size=32,attention_hidden_size=32,intermediate_size=64,"
        "vocab_size=500,rescale_every=0",
        "--inputs batch=1,seq=6",
    ),
    "bert_sdpa": hf("bert", ENCODER, PADDED, "--attention sdpa"),
    "bert_bf16": hf("bert", ENCODER, PADDED, "--dtype bf16"),
    "roberta": hf("roberta", f"{ENCODER},max_position_embeddings=40", PADDED),
    "electra": hf("electra", f"{ENCODER},embedding_size=32", PADDED),
    "deberta_v2": hf(
        "deberta-v2",
        f'{ENCODER},relative_attention=true,pos_att_type=["p2c","c2p"],position_biased_input=false',
        PADDED,
    ),
    "modernbert": hf(
        "modernbert", f"{ENCODER},num_hidden_layers=3,pad_token_id=0,local_attention=8", PADDED
    ),
    "t5_gated_padded": hf(
        "t5",
        f"{T5},tie_word_embeddings=false,feed_forward_proj=gated-gelu",
        "--inputs batch=2,seq=16,target_seq=8,padded=1",
    ),
    "vit": hf("vit", VISION, IMAGE),
    "vit_sdpa": hf("vit", VISION, IMAGE, "--attention sdpa"),
    "convnext": hf("convnext", "depths=[2,2],hidden_sizes=[16,32],num_stages=2", IMAGE),
    "mobilenet_v2": hf(
        "mobilenet_v2",
        "depth_multiplier=0.25,image_size=32,depth_divisible_by=4,min_depth=4",
        IMAGE,
    ),
    "efficientnet": hf(
        "efficientnet",
        "width_coefficient=0.25,depth_coefficient=0.5,image_size=32,hidden_dim=320",
        IMAGE,
    ),
    "segformer": hf(
        "segformer",
        "depths=[2,2],hidden_sizes=[16,32],num_attention_heads=[1,2],sr_ratios=[2,1],"
        "num_encoder_blocks=2,patch_sizes=[3,3],strides=[2,2],mlp_ratios=[2,2]",
        IMAGE,
    ),
    "detr": hf("detr", DETR, IMAGE),
    "dinov2": hf(
        "dinov2",
        "num_hidden_layers=2,hidden_size=64,num_attention_heads=4,mlp_ratio=2,"
        "image_size=32,patch_size=8",
        IMAGE,
    ),
    "siglip": hf(
        "siglip", f"{TWO_TOWERS},text_config.projection_size=32", "--inputs batch=2,seq=8,image=32"
    ),
    "llava": hf("llava", LLAVA, "--inputs batch=1,seq=24,image=32,image_tokens=16"),
    "wav2vec2": hf("wav2vec2", SPEECH, "--inputs batch=1,samples=800"),
    "hubert": hf("hubert", SPEECH, "--inputs batch=1,samples=800"),
    "lstm": module("recurrent:make_lstm"),
    "gru": module("recurrent:make_gru"),
    "lstm_cells": module("recurrent:make_cells"),
    "recurrence_in_a_loop": module("recurrent:make_loop"),
    "squeezenet": module("squeezenet"),
    "nn_transformer": module("nn_transformer"),
    "nn_transformer_encoder": module("nn_transformer:make_encoder"),
}

# How people write modules of their own: functions `make_NAME` of styles.py.
STYLES = (
    "conv3d cumulative experts functional_attention functional_mlp hinge image integers keywords "
    "loss random scale sequential shared trees triplet"
)

# What other libraries are made of: functions `make_NAME` of structures.py.
STRUCTURES = (
    "attentive_decoder edge_convolutions fourier_operator quantised recommender vector_quantizer"
)

# Architectures that nothing was written for.
FURTHER = {
    "bamba": hf(
        "bamba",
        f"{GROUPED},attn_layer_indices=[1],mamba_n_heads=8,mamba_d_head=16,mamba_d_state=4,"
        "mamba_chunk_size=4",
        "--inputs batch=1,seq=8",
    ),
    "beit": hf("beit", f"{VISION},use_relative_position_bias=true", IMAGE),
    "bigbird_pegasus": hf("bigbird_pegasus", f"{BART},attention_type=original_full", PAIR),
    "bit": hf("bit", "embedding_size=16,hidden_sizes=[16,32],depths=[1,1],num_groups=4", IMAGE),
    "blip": hf(
        "blip",
        f"{TWO_TOWERS},text_config.encoder_hidden_size=32,projection_dim=32",
        "--inputs batch=2,seq=8,image=32",
    ),
    "codegen": hf(
        "codegen", "n_layer=2,n_embd=64,n_head=4,rotary_dim=8,vocab_size=500,n_positions=64", TEXT
    ),
    "cohere": hf("cohere", GROUPED, TEXT),
    "convbert": hf("convbert", f"{ENCODER},embedding_size=64", TEXT),
    "deepseek_v3": hf(
        "deepseek_v3",
        f"{ENCODER},num_key_value_heads=4,n_routed_experts=4,n_group=2,topk_group=1,"
        "num_experts_per_tok=2,moe_intermediate_size=32,first_k_dense_replace=1,kv_lora_rank=16,"
        "q_lora_rank=32,qk_rope_head_dim=8,v_head_dim=16,qk_nope_head_dim=16",
        TEXT,
        MOE,
    ),
    "deit": hf("deit", VISION, IMAGE),
    "esm": hf(
        "esm",
        f"{ENCODER},max_position_embeddings=64,pad_token_id=1,mask_token_id=2,"
        "position_embedding_type=rotary",
        PADDED,
    ),
    "falcon": hf(
        "falcon", "num_hidden_layers=2,hidden_size=64,num_attention_heads=4,vocab_size=500", TEXT
    ),
    "falcon_mamba": hf(
        "falcon_mamba",
        "num_hidden_layers=2,hidden_size=32,state_size=8,vocab_size=500",
        "--inputs batch=1,seq=8",
    ),
    "fnet": hf(
        "fnet", "num_hidden_layers=2,hidden_size=64,intermediate_size=128,vocab_size=500", TEXT
    ),
    "funnel": hf(
        "funnel",
        "block_sizes=[1,1],d_model=64,n_head=4,d_head=16,d_inner=128,vocab_size=500,"
        "num_decoder_layers=1",
        TEXT,
        "--task base",
    ),
    "gemma3_text": hf("gemma3_text", f"{GROUPED},head_dim=16,sliding_window=8", TEXT),
    "gpt_oss": hf(
        "gpt_oss",
        f"{GROUPED},head_dim=16,num_local_experts=4,num_experts_per_tok=2,sliding_window=8",
        TEXT,
        MOE,
    ),
    "gptj": hf(
        "gptj", "n_layer=2,n_embd=64,n_head=4,rotary_dim=8,vocab_size=500,n_positions=64", TEXT
    ),
    "jamba": hf(
        "jamba",
        f"{GROUPED},num_experts=2,attn_layer_period=2,attn_layer_offset=1,expert_layer_period=2,"
        "expert_layer_offset=1,mamba_d_state=4,use_mamba_kernels=false",
        "--inputs batch=1,seq=8",
        MOE,
    ),
    "levit": hf(
        "levit",
        "image_size=64,hidden_sizes=[16,32,48],num_attention_heads=[2,2,2],depths=[1,1,1],"
        "key_dim=[8,8,8]",
        "--inputs batch=1,image=64",
    ),
    "mamba2": hf(
        "mamba2",
        "num_hidden_layers=2,hidden_size=32,state_size=8,num_heads=8,head_dim=8,n_groups=2,"
        "chunk_size=4,vocab_size=500",
        "--inputs batch=1,seq=8",
    ),
    "mbart": hf("mbart", BART, PAIR),
    "mixtral_grouped_bf16": hf(
        "mixtral", f"{GROUPED},num_local_experts=4", TEXT, "--experts grouped_mm --dtype bf16"
    ),
    "mobilebert": hf(
        "mobilebert",
        "num_hidden_layers=2,hidden_size=64,num_attention_heads=2,intermediate_size=64,"
        "vocab_size=500,embedding_size=32,intra_bottleneck_size=32,num_feedforward_networks=2",
        TEXT,
    ),
    "mobilevit": hf(
        "mobilevit",
        "image_size=64,hidden_sizes=[16,24,32],neck_hidden_sizes=[8,8,16,16,24,24,32],"
        "num_attention_heads=2",
        "--inputs batch=1,image=64",
    ),
    "moonshine": hf(
        "moonshine",
        "hidden_size=32,intermediate_size=64,encoder_num_hidden_layers=2,vocab_size=500,"
        "decoder_num_hidden_layers=2,encoder_num_attention_heads=4,decoder_num_attention_heads=4",
        "--inputs batch=1,samples=4000,target_seq=8",
    ),
    "mpt": hf("mpt", "n_layers=2,d_model=64,n_heads=4,vocab_size=500,max_seq_len=64", TEXT),
    "olmo2": hf("olmo2", GROUPED, TEXT),
    "poolformer": hf(
        "poolformer",
        "hidden_sizes=[16,32],depths=[2,2],num_encoder_blocks=2,patch_sizes=[7,3],strides=[4,2],"
        "padding=[2,1]",
        IMAGE,
    ),
    "pvt": hf(
        "pvt",
        "image_size=64,hidden_sizes=[16,32],depths=[1,1],num_encoder_blocks=2,"
        "num_attention_heads=[1,2],sequence_reduction_ratios=[2,1],patch_sizes=[4,2],"
        "strides=[4,2],mlp_ratios=[2,2]",
        "--inputs batch=1,image=64",
    ),
    "recurrent_gemma": hf(
        "recurrent_gemma",
        f"{SMALL},num_hidden_layers=3,lru_width=64,num_key_value_heads=1",
        "--inputs batch=1,seq=8",
    ),
    "regnet": hf(
        "regnet", "embedding_size=16,hidden_sizes=[16,32],depths=[1,2],groups_width=8", IMAGE
    ),
    "roformer": hf("roformer", f"{ENCODER},embedding_size=64", PADDED),
    "sam_vision": hf(
        "sam_vision_model",
        "num_hidden_layers=2,hidden_size=32,num_attention_heads=2,mlp_dim=64,image_size=64,"
        "patch_size=16,output_channels=16,window_size=2,global_attn_indexes=[1]",
        "--inputs batch=1,image=64",
    ),
    "smollm3": hf("smollm3", f"{GROUPED},num_hidden_layers=4,pad_token_id=0", TEXT),
    "speech_to_text": hf(
        "speech_to_text",
        f"{BART},input_feat_per_channel=16,conv_channels=16,max_source_positions=64,"
        "max_target_positions=32",
        "--inputs batch=1,target_seq=8,frames=32",
    ),
    "stablelm": hf("stablelm", f"{ENCODER},num_key_value_heads=4", TEXT),
    "swinv2": hf(
        "swinv2",
        "embed_dim=16,depths=[2,2],num_heads=[2,4],window_size=4,image_size=32,patch_size=2",
        IMAGE,
    ),
    "vit_mae": hf("vit_mae", VISION, IMAGE),
    "wavlm": hf("wavlm", SPEECH, "--inputs batch=1,samples=800"),
    "xlnet": hf("xlnet", "n_layer=2,d_model=64,n_head=4,d_inner=128,vocab_size=500", TEXT),
    "yolos": hf("yolos", f"{VISION},image_size=[32,32],num_detection_tokens=4", IMAGE),
}

# Without an answer yet: what `strata decompose` says about them.
REFUSED = {
    "while_loop": module("branches:make_loop"),
}

# The long ones hold the modules' signatures, so that boundaries can be compared with the author's.
MODELS = {
    **CI,
    **{name: f"{arguments} --signatures" for name, arguments in {**LONG, **FURTHER}.items()},
    **{f"style_{style}": module(f"styles:make_{style}") for style in STYLES.split()},
    **{name: module(f"structures:make_{name}") for name in STRUCTURES.split()},
}
