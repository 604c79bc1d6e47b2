"""Child process: PyTorch behind the protocol of peers (bench/README.md), in every formulation worth trying.

Runs on PyTorch 1.13 and newer. Legend: B batch, K hidden channels, P pixels.
"""

import json
import platform
import sys
import time

import numpy as np
import torch
from torch.nn import functional as F

SEEDS = {"image": 10, "target": 11, "condition": 12, "first": 13, "second": 15, "convolution": 17}
SAMPLES = 4096

FORMULATIONS = {
    "training": [
        "grouped conv2d",
        "conv2d for each sample",
        "baddbmm",
        "baddbmm in tiles of 4096 pixels",
        "baddbmm in tiles of 16384 pixels",
    ],
    "inference": [
        "conv2d",
        "conv2d in tiles of 65536 pixels",
        "addmm",
        "addmm in tiles of 8192 pixels",
        "addmm in tiles of 65536 pixels",
    ],
    "convolution": ["conv2d"],
    "convolutionPerSample": ["grouped conv2d", "conv2d for each sample"],
}


def pseudo_random(length, seed):
    """bench/src/workloads.ts: 24 bits in [0, 1)."""
    index = np.arange(1, length + 1, dtype=np.uint64) + np.uint64(7919 * seed)
    bits = (index * np.uint64(0x9E3779B1)) & np.uint64(0xFFFFFFFF)
    return ((bits >> np.uint64(8)).astype(np.float64) / 2**24).astype(np.float32)


def values(shape, name):
    return torch.from_numpy(pseudo_random(int(np.prod(shape)), SEEDS[name]).reshape(shape))


def weights(shape, inputs, seed):
    numbers = (2 * pseudo_random(int(np.prod(shape)), seed).astype(np.float64) - 1) / np.sqrt(inputs)
    return torch.from_numpy(numbers.astype(np.float32).reshape(shape))


def layer(inputs, outputs, seed):
    return weights((outputs, inputs), inputs, seed), weights((outputs,), inputs, seed + 1)


def samples_of(x):
    flat = x.detach().reshape(-1)
    count = min(SAMPLES, flat.numel())
    indices = [i * (flat.numel() - 1) // max(1, count - 1) for i in range(count)]
    return flat[indices].tolist()


def tile_of(formulation):
    return int(formulation.split("tiles of ")[1].split()[0])


class Training:
    def __init__(self, work, formulation):
        batch, size, self.hidden = work["batch"], work["size"], work["hidden"]
        self.formulation = formulation
        self.image = values((batch, 3, size, size), "image")
        self.target = values((batch, 3, size, size), "target")
        self.condition = values((batch, work["condition"]), "condition")
        self.first = torch.nn.Linear(work["condition"], work["generator"])
        self.second = torch.nn.Linear(work["generator"], 7 * self.hidden + 3)
        with torch.no_grad():
            for module, name in ((self.first, "first"), (self.second, "second")):
                weight, bias = layer(module.in_features, module.out_features, SEEDS[name])
                module.weight.copy_(weight)
                module.bias.copy_(bias)
        parameters = [*self.first.parameters(), *self.second.parameters()]
        self.optimizer = torch.optim.Adam(parameters, lr=work["learningRate"])
        self.held_bytes = 4 * (self.image.numel() + self.target.numel())

    def step(self):
        self.optimizer.zero_grad()
        generated = self.second(torch.relu(self.first(self.condition)))
        if "tiles" in self.formulation:
            loss = self.tiled_loss(generated, tile_of(self.formulation))
        else:
            loss = F.mse_loss(self.network(generated), self.target)
            loss.backward()
        self.optimizer.step()
        return loss.item()

    def cut(self, generated):
        """[B,7K+3] -> [B,K,3], [B,K], [B,3,K], [B,3]"""
        k = self.hidden
        w1, b1, w2, b2 = generated.split([3 * k, k, 3 * k, 3], dim=1)
        return w1.reshape(-1, k, 3), b1, w2.reshape(-1, 3, k), b2

    def network(self, generated):
        batch, _, height, width = self.image.shape
        w1, b1, w2, b2 = self.cut(generated)
        if self.formulation == "grouped conv2d":
            x = self.image.reshape(1, 3 * batch, height, width)
            x = F.conv2d(x, w1.reshape(-1, 3, 1, 1), b1.reshape(-1), groups=batch)
            x = F.conv2d(torch.relu_(x), w2.reshape(-1, self.hidden, 1, 1), b2.reshape(-1), groups=batch)
            return x.reshape(self.image.shape)
        if self.formulation == "conv2d for each sample":
            rows = []
            for i in range(batch):
                x = F.conv2d(self.image[i : i + 1], w1[i, :, :, None, None], b1[i])
                rows.append(F.conv2d(torch.relu_(x), w2[i, :, :, None, None], b2[i]))
            return torch.cat(rows)
        return self.products(self.image.flatten(2), w1, b1, w2, b2).reshape(self.image.shape)

    def products(self, x, w1, b1, w2, b2):
        """x [B,3,P] -> [B,3,P]"""
        x = torch.relu_(torch.baddbmm(b1[:, :, None], w1, x))
        return torch.baddbmm(b2[:, :, None], w2, x)

    def tiled_loss(self, generated, tile):
        """Forward and backward tile by tile, so that what lies between the layers stays in the cache."""
        image, target = self.image.flatten(2), self.target.flatten(2)
        leaf = generated.detach().requires_grad_()
        total = torch.zeros(())
        for start in range(0, image.shape[2], tile):
            end = start + tile
            output = self.products(image[:, :, start:end], *self.cut(leaf))
            loss = F.mse_loss(output, target[:, :, start:end], reduction="sum") / target.numel()
            loss.backward()
            total += loss.detach()
        generated.backward(leaf.grad)
        return total

    def check(self):
        losses = [self.step()]
        gradient = samples_of(self.first.weight.grad)
        return {"losses": [*losses, self.step(), self.step()], "gradient": gradient}


class Inference:
    def __init__(self, work, formulation):
        self.height, self.width = work["height"], work["width"]
        self.formulation = formulation
        self.image = values((3, self.height * self.width), "image")
        self.w1, self.b1 = layer(3, work["hidden"], 1)
        self.w2, self.b2 = layer(work["hidden"], 3, 3)
        self.held_bytes = 4 * self.image.numel()
        if "tiles" in formulation:
            # Written to, so that the system really gives the memory.
            self.output = torch.ones_like(self.image)
            self.held_bytes *= 2
            self.tile = tile_of(formulation)
            self.between = torch.ones(work["hidden"] * self.tile)

    @torch.inference_mode()
    def step(self):
        if self.formulation == "conv2d":
            return self.convolutions(self.image.reshape(1, 3, self.height, self.width)).reshape(3, -1)
        if self.formulation == "addmm":
            x = torch.relu_(torch.addmm(self.b1[:, None], self.w1, self.image))
            return torch.addmm(self.b2[:, None], self.w2, x)
        pixels = self.image.shape[1]
        for start in range(0, pixels, self.tile):
            end = min(start + self.tile, pixels)
            if self.formulation.startswith("conv2d"):
                x = self.image[:, start:end].reshape(1, 3, 1, end - start)
                self.output[:, start:end] = self.convolutions(x).reshape(3, -1)
            else:
                between = self.between[: self.b1.numel() * (end - start)].view(-1, end - start)
                torch.addmm(self.b1[:, None], self.w1, self.image[:, start:end], out=between).relu_()
                torch.addmm(self.b2[:, None], self.w2, between, out=self.output[:, start:end])
        return self.output

    def convolutions(self, x):
        x = torch.relu_(F.conv2d(x, self.w1[:, :, None, None], self.b1))
        return F.conv2d(x, self.w2[:, :, None, None], self.b2)

    def check(self):
        return {"output": samples_of(self.step())}


class Convolution:
    def __init__(self, work, formulation):
        batch, channels, size, kernel = work["batch"], work["channels"], work["size"], work["kernel"]
        self.formulation = formulation
        shape = (batch, channels, size, size)
        self.image = values(shape, "image").requires_grad_()
        self.upstream = values(shape, "target")
        lead = (batch,) if work["kind"] == "convolutionPerSample" else ()
        weight = weights((*lead, channels, channels, kernel, kernel), channels * kernel**2, SEEDS["convolution"])
        self.weight = weight.requires_grad_()
        self.padding = (kernel - 1) // 2
        self.held_bytes = 4 * (self.image.numel() + self.upstream.numel())

    def step(self):
        output = self.forward()
        return output, *torch.autograd.grad(output, [self.image, self.weight], self.upstream)

    def forward(self):
        if self.formulation == "conv2d":
            return F.conv2d(self.image, self.weight, padding=self.padding)
        batch, channels, height, width = self.image.shape
        if self.formulation == "grouped conv2d":
            x = self.image.reshape(1, batch * channels, height, width)
            x = F.conv2d(x, self.weight.flatten(0, 1), padding=self.padding, groups=batch)
            return x.reshape(self.image.shape)
        rows = [F.conv2d(self.image[i : i + 1], self.weight[i], padding=self.padding) for i in range(batch)]
        return torch.cat(rows)

    def check(self):
        names = ("output", "imageGradient", "weightGradient")
        return {name: samples_of(x) for name, x in zip(names, self.step())}


ROWS = torch.arange(8192) * 7 % 8192
CLASSES = torch.arange(8192) * 7 % 100


def channels(x):
    return x[:, None, None]


# bench/src/peers/operation-works.ts has the same.
OPERATIONS = {
    "add": torch.add,
    "multiply": torch.mul,
    "divide": torch.div,
    "add, bias over channels": lambda a, b: a + channels(b),
    "multiply, gain over channels": lambda a, b: a * channels(b),
    "add, row over rows": torch.add,
    "multiply, number": lambda a: a * 1.7,
    "pow, number": lambda a: a**1.7,
    "relu": torch.relu,
    "gelu": F.gelu,
    "silu": F.silu,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "exp": torch.exp,
    "log": torch.log,
    "sqrt": torch.sqrt,
    "sum, all": torch.sum,
    "sum, last axis": lambda x: x.sum(-1),
    "sum, channels": lambda x: x.sum(1),
    "mean, spatial": lambda x: x.mean((2, 3)),
    "max, all": torch.amax,
    "max, last axis": lambda x: x.amax(-1),
    "mse": F.mse_loss,
    "l1": F.l1_loss,
    "huber": F.huber_loss,
    "cross entropy": lambda x: F.cross_entropy(x, CLASSES),
    "softmax, last axis": lambda x: x.softmax(-1),
    "softmax, channels": lambda x: x.softmax(1),
    "log softmax, last axis": lambda x: x.log_softmax(-1),
    "layer norm": lambda x, gain, offset: F.layer_norm(x, gain.shape, gain, offset),
    "group norm": lambda x, gain, offset: F.group_norm(x, 8, gain, offset),
    "instance norm": lambda x, gain, offset: F.instance_norm(x, weight=gain, bias=offset),
    "batch norm": lambda x, gain, offset: F.batch_norm(x, None, None, gain, offset, training=True),
    "resize, bilinear x2": lambda x: F.interpolate(x, size=(128, 128), mode="bilinear", align_corners=False),
    "resize, nearest x2": lambda x: F.interpolate(x, size=(128, 128), mode="nearest"),
    "average pool 2": lambda x: F.avg_pool2d(x, 2),
    "max pool 2": lambda x: F.max_pool2d(x, 2),
    "pad, zeros": lambda x: F.pad(x, (1, 1, 1, 1)),
    "pad, reflect": lambda x: F.pad(x, (1, 1, 1, 1), mode="reflect"),
    "transpose, matrix": lambda x: x.t().contiguous(),
    "transpose, channels last": lambda x: x.permute(0, 2, 3, 1).contiguous(),
    "concat, channels": lambda a, b: torch.cat([a, b], 1),
    "slice, channels": lambda x: x[:, 8:24].contiguous(),
    "gather, rows": lambda table: F.embedding(ROWS, table),
    "matmul 512": torch.matmul,
    "matmul, 4096 of 8 x 8": torch.matmul,
    "conv2d 3x3": lambda x, weight: F.conv2d(x, weight, padding=1),
    "conv2d 1x1": F.conv2d,
    "conv2d, depthwise 3x3": lambda x, weight: F.conv2d(x, weight, padding=1, groups=32),
}


def adam_step(start, gradient):
    parameter = torch.nn.Parameter(start)
    parameter.grad = gradient
    optimizer = torch.optim.Adam([parameter], lr=1e-3)

    def step():
        optimizer.step()
        return parameter.detach()

    return step


def generated_training(image, target, condition, weight1, weight2):
    layers = []
    for weight in (weight1, weight2):
        layer = torch.nn.Linear(weight.shape[1], weight.shape[0])
        with torch.no_grad():
            layer.weight.copy_(weight / 20)
            layer.bias.zero_()
        layers.append(layer)
    first, second = layers
    optimizer = torch.optim.Adam([*first.parameters(), *second.parameters()], lr=1e-3)
    batch, _, height, width = image.shape
    widths = [3, 16, 16, 3]

    def step():
        optimizer.zero_grad()
        generated = second(torch.relu(first(condition)))
        x, at = image.reshape(1, -1, height, width), 0
        for layer in range(1, len(widths)):
            inputs, outputs = widths[layer - 1], widths[layer]
            end = at + 9 * inputs * outputs
            kernel = generated[:, at:end].reshape(-1, inputs, 3, 3)
            bias = generated[:, end : end + outputs].reshape(-1)
            x = F.conv2d(x, kernel, bias, padding=1, groups=batch)
            if layer < len(widths) - 1:
                x = torch.relu(x)
            at = end + outputs
        loss = F.mse_loss(x.reshape(image.shape), target)
        loss.backward()
        optimizer.step()
        return loss

    return step


STEPS = {"Adam step": adam_step, "training, generated 3-16-16-3 of 3x3": generated_training}


class Operation:
    def __init__(self, work, formulation):
        numbers = [(tuple(given["shape"]), given["numbers"]) for given in work["inputs"]]
        inputs = [self.drawn(shape, kind, index) for index, (shape, kind) in enumerate(numbers)]
        self.held_bytes = 4 * sum(x.numel() for x in inputs)
        self.backward = work["backward"]
        name = work["operation"]
        if name in STEPS:
            step = STEPS[name](*inputs)
            self.step = lambda: [step()]
            return
        if self.backward:
            for x in inputs:
                x.requires_grad_()
        self.inputs, self.operation = inputs, OPERATIONS[name]
        self.seed = self.drawn(tuple(self.operation(*inputs).shape), "any sign", len(inputs))

    @staticmethod
    def drawn(shape, kind, index):
        numbers = pseudo_random(int(np.prod(shape)), 40 + index).reshape(shape)
        return torch.from_numpy(np.asarray(numbers + np.float32(0.5) if kind == "above 0" else 4 * numbers - 2))

    def step(self):
        output = self.operation(*self.inputs)
        if not self.backward:
            return [output]
        return [output, *torch.autograd.grad(output, self.inputs, self.seed)]

    def check(self):
        return {str(index): samples_of(x) for index, x in enumerate(self.step())}


WORKS = {
    "operation": Operation,
    "training": Training,
    "inference": Inference,
    "convolution": Convolution,
    "convolutionPerSample": Convolution,
}


def describe():
    return {
        "versions": {"PyTorch": torch.__version__, "Python": platform.python_version()},
        "formulations": FORMULATIONS,
        "cannot": {},
        "mostThreads": 256,
    }


def main():
    ready = None
    for line in sys.stdin:
        try:
            request = json.loads(line)
            if request["do"] == "describe":
                answer = describe()
            elif request["do"] == "prepare":
                torch.set_num_threads(request["threads"])
                work = request["work"]
                ready = WORKS[work["kind"]](work, request["formulation"])
                answer = {"heldBytes": ready.held_bytes}
            elif request["do"] == "check":
                answer = {"samples": ready.check()}
            else:
                start, processor = time.perf_counter(), time.process_time()
                for _ in range(request["repeats"]):
                    ready.step()
                processor = time.process_time() - processor
                answer = {
                    "milliseconds": 1e3 * (time.perf_counter() - start),
                    "processorMilliseconds": 1e3 * processor,
                }
        except Exception as error:  # A line of its own for each failure: the parent goes on without this work.
            answer = {"error": f"{type(error).__name__}: {error}".split("\n")[0]}
        print(json.dumps(answer), flush=True)


main()
