"""What PyTorch makes of drawn calls, in float64: results, gradients, and the gradients of a function of gradients.

Reads a list of calls from stdin, one answer a line. Written for Debian's PyTorch 1.13 and newer ones.
"""

import json
import math
import sys

import torch
import torch.nn.functional as F


def per_sample(call, image, weight, bias, axes):
    """A convolution with shared weights, or with one set of weights or biases for each sample."""
    return torch.cat([
        call(image[b:b + 1], weight[b] if weight.dim() > axes else weight,
             None if bias is None else bias[b] if bias.dim() == 2 else bias)
        for b in range(image.shape[0])
    ])


def affine(normalized, gains, offsets):
    shape = lambda v: v.reshape([v.shape[0] if v.dim() == 2 else 1, -1] + [1] * (normalized.dim() - 2))
    return normalized * shape(gains) + shape(offsets)


def conv2d(o, x, w, b=None):
    return per_sample(lambda *one: F.conv2d(*one, o["stride"], o["padding"], o["dilation"], o["groups"]), x, w, b, 4)


def conv_transpose2d(o, x, w, b=None):
    rest = [o["stride"], o["padding"], o["outputPadding"], o["groups"], o["dilation"]]
    return per_sample(lambda *one: F.conv_transpose2d(*one, *rest), x, w, b, 4)


def conv1d(o, x, w, b=None):
    padded = F.pad(x, (o["padding"]["left"], o["padding"]["right"]), mode=o["paddingMode"])
    return per_sample(lambda *one: F.conv1d(*one, o["stride"], 0, o["dilation"], o["groups"]), padded, w, b, 3)


def resize(o, x):
    corners = {} if o["mode"] == "nearest" else {"align_corners": o["alignCorners"]}
    return F.interpolate(x, size=o["size"], mode=o["mode"], **corners)


def grid_sample(o, x, grid):
    return F.grid_sample(x, grid, o["mode"], o["paddingMode"], o["alignCorners"])


def pad(o, x):
    p = o["padding"]
    value = {"value": o["value"]} if "value" in o else {}
    return F.pad(x, (p["left"], p["right"], p["top"], p["bottom"]), mode=o["mode"], **value)


def ssim(o, x, y):
    channels = x.shape[1]
    line = torch.exp(-((torch.arange(11, dtype=x.dtype) - 5) ** 2) / (2 * 1.5**2))
    line = line / line.sum()
    window = (line[:, None] * line[None]).expand(channels, 1, 11, 11)
    blurred = lambda image: F.conv2d(image, window, groups=channels)
    a, b = blurred(x), blurred(y)
    variances = blurred(x * x) - a * a + blurred(y * y) - b * b
    covariance = blurred(x * y) - a * b
    return ((2 * a * b + 0.01**2) * (2 * covariance + 0.03**2) / ((a * a + b * b + 0.01**2) * (variances + 0.03**2))).mean()


def cross_entropy(o, x):
    labels = torch.tensor(o["labels"]).reshape([x.shape[0], *x.shape[2:]])
    return F.cross_entropy(x, labels, label_smoothing=o.get("labelSmoothing", 0.0))


def attention(o, q, k, v, mask=None):
    scores = o.get("scale", 1 / math.sqrt(q.shape[-1])) * q @ k.transpose(-1, -2)
    if o["causal"]:
        scores = scores + torch.triu(torch.full(scores.shape[-2:], -math.inf, dtype=q.dtype), 1)
    if mask is not None:
        scores = scores + mask
    return torch.softmax(scores, -1) @ v


def over(reduction):
    return lambda o, x: reduction(x, dim=tuple(o["axes"]), keepdim=o["keepDims"])


OPERATIONS = {
    "conv2d": conv2d,
    "convTranspose2d": conv_transpose2d,
    "conv1d": conv1d,
    "resize": resize,
    "gridSample": grid_sample,
    "pad": pad,
    "maxPool2d": lambda o, x: F.max_pool2d(x, o["kernel"], o["stride"], o["padding"], o["dilation"]),
    "averagePool2d": lambda o, x: F.avg_pool2d(x, o["kernel"], o["stride"], o["padding"]),
    "groupNorm": lambda o, x, w, b: affine(F.group_norm(x, o["groups"]), w, b),
    "instanceNorm": lambda o, x, w, b: affine(F.instance_norm(x), w, b),
    "batchNorm": lambda o, x, w, b: affine(F.batch_norm(x, None, None, training=True), w, b),
    "pixelShuffle": lambda o, x: F.pixel_shuffle(x, o["factor"]),
    "pixelUnshuffle": lambda o, x: F.pixel_unshuffle(x, o["factor"]),
    "ssim": ssim,
    "softmax": lambda o, x: torch.softmax(x, o["axis"]),
    "logSoftmax": lambda o, x: torch.log_softmax(x, o["axis"]),
    "gelu": lambda o, x: F.gelu(x),
    "silu": lambda o, x: F.silu(x),
    "softplus": lambda o, x: F.softplus(x, threshold=100),
    "leakyRelu": lambda o, x: F.leaky_relu(x),
    "clamp": lambda o, x: torch.clamp(x, -0.5, 0.5),
    "maximum": lambda o, a, b: torch.maximum(a, b),
    "minimum": lambda o, a, b: torch.minimum(a, b),
    "sum": over(torch.sum),
    "mean": over(torch.mean),
    "max": over(torch.amax),
    "min": over(torch.amin),
    "bceWithLogits": lambda o, a, b: F.binary_cross_entropy_with_logits(a, b),
    "huber": lambda o, a, b: F.huber_loss(a, b, delta=o.get("delta", 1.0)),
    "charbonnier": lambda o, a, b: torch.sqrt((a - b) ** 2 + o.get("epsilon", 1e-3) ** 2).mean(),
    "crossEntropy": cross_entropy,
    "scaledDotProductAttention": attention,
    "layerNorm": lambda o, x, w, b: F.layer_norm(x, o["normalized"], w, b),
    "matmul": lambda o, a, b: torch.matmul(a, b),
    "linear": lambda o, x, w, b: torch.einsum("boi,bi->bo", w, x) + b,
    "einsum": lambda o, *inputs: torch.einsum(o["equation"], *inputs),
    "pow": lambda o, x: x ** o["exponent"],
    "powOfTensor": lambda o, a, b: a**b,
    "where": lambda o, x, a, b: torch.where(x > 0, a, b),
    "flip": lambda o, x: torch.flip(x, o["axes"]),
}


def tensor(numbers, shape):
    return torch.tensor(numbers, dtype=torch.float64).reshape(shape)


def flat(value, like):
    return [0.0] * like.numel() if value is None else value.flatten().tolist()


def second_of(total, inputs):
    """None where this PyTorch has no second derivative: 1.13 has none of grid_sample, 2.x has."""
    if not total.requires_grad:
        return [None] * len(inputs)
    try:
        return torch.autograd.grad(total, inputs, allow_unused=True)
    except RuntimeError as error:
        if "is not implemented" in str(error):
            return None
        raise


for call in json.load(sys.stdin):
    inputs = [tensor(one["data"], one["shape"]).requires_grad_() for one in call["inputs"]]
    output = OPERATIONS[call["operation"]](call["options"], *inputs)
    # Of the weighted squares, so that the gradient depends on the inputs also where the operation is linear.
    loss = (output * output * tensor(call["weights"], output.shape)).sum()
    first = torch.autograd.grad(loss, inputs, allow_unused=True, create_graph=True)
    # The second is of the squares of the first, weighted too.
    total = sum(
        ((g * g * tensor(w, g.shape)).sum() for g, w in zip(first, call["gradientWeights"]) if g is not None),
        torch.zeros((), dtype=torch.float64),
    )
    second = second_of(total, inputs)
    print(json.dumps({
        "shape": list(output.shape),
        "output": flat(output, output),
        "gradients": [flat(g, x) for g, x in zip(first, inputs)],
        "second": None if second is None else [flat(g, x) for g, x in zip(second, inputs)],
    }))
