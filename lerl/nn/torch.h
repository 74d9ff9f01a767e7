#pragma once
// libtorch, as much of it as we use: tensors, gradients, modules. All of <torch/torch.h> would take
// a third more time to compile. Include from .cc files and from headers that say the same.

#include <torch/autograd.h>
#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/modules/normalization.h>
#include <torch/nn/modules/rnn.h>
#include <torch/types.h>
