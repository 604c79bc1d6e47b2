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


WORKS = {"training": Training, "inference": Inference, "convolution": Convolution, "convolutionPerSample": Convolution}


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
                ready = WORKS[request["work"]["kind"]](request["work"], request["formulation"])
                answer = {"heldBytes": ready.held_bytes}
            elif request["do"] == "check":
                answer = {"samples": ready.check()}
            else:
                start = time.perf_counter()
                for _ in range(request["repeats"]):
                    ready.step()
                answer = {"milliseconds": 1e3 * (time.perf_counter() - start)}
        except Exception as error:  # A line of its own for each failure: the parent goes on without this work.
            answer = {"error": f"{type(error).__name__}: {error}".split("\n")[0]}
        print(json.dumps(answer), flush=True)


main()
