"""Formulas of pooling, padding, resampling and rearranging: the gradient goes to the entries that were looked at."""

from __future__ import annotations

import numpy as np

from autograd.viz import formula, word
from nn import functional
from nn.functional import padding, pooling, resampling, unpooling

formula(pooling.max_pool, input="to_largest(g, input)", axes=None)
formula(pooling.max_spread, upstream="at_largest(g, input)", y=None, input=None, axes=None)
formula(pooling.max_gather, values="to_largest(g, input)", input=None, axes=None)
formula(pooling.avg_pool, input="over_windows(g)", axes=None, divisor=None)
formula(pooling.avg_spread, upstream="window_means(g)", axes=None, divisor=None)
word("to_largest", "to_largest(g, x) has each entry of g where the largest entry of its window of x is")
word("at_largest", "at_largest(g, x) are the entries of g where the largest entries of the windows of x are")
word("over_windows", "over_windows(g) has each entry of g, over the size of its window, at all entries of that window")
word("window_means", "window_means(g) are the means over the windows of g")

formula(unpooling.unpool, input="entries_at(g, indices)", indices=None, sizes=None)
formula(unpooling.take_entries, input="put_into(g, indices)", indices=None, n=None)
word("entries_at", "entries_at(g, indices) are the entries of each plane of g at these places")
word("put_into", "put_into(g, indices) has the entries of g at these places of planes of zeros")

formula(padding.pad_constant, input="unpadded(g, widths)", widths=None, value=None)
formula(resampling.resample, input="resampled_back(g)", tables=None)
word("unpadded", "unpadded(g, widths) is g without the entries that were added; those that were cut off get 0")
word("resampled_back", "resampled_back(g) gives each entry the sum of what it was read for, by the weights that it had")

formula(functional.pixel_shuffle, input="pixel_unshuffle(g, upscale_factor)", upscale_factor=None)
formula(functional.pixel_unshuffle, input="pixel_shuffle(g, downscale_factor)", downscale_factor=None)
formula(
    functional.channel_shuffle,
    input=lambda call: f"channel_shuffle(g, {np.shape(call.input)[1] // call.groups})",
    groups=None,
)
word("pixel_shuffle", "pixel_shuffle(g, r) turns blocks of r * r channels into blocks of r * r pixels")
word("pixel_unshuffle", "pixel_unshuffle(g, r) turns blocks of r * r pixels into r * r channels")
word("channel_shuffle", "channel_shuffle(g, n) puts the first channels of n groups first, then the second ones")
