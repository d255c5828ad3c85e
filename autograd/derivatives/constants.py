"""Functions whose derivative is zero wherever it exists: of Tensors they return plain NumPy values."""

import numpy as np

from autograd.rules import constant

# comparison and logic
constant(np.equal, np.not_equal, np.less, np.less_equal, np.greater, np.greater_equal)
constant(np.logical_and, np.logical_or, np.logical_xor, np.logical_not)
constant(np.isfinite, np.isinf, np.isnan, np.isnat, np.signbit, np.iscomplexobj, np.isrealobj, np.isreal, np.iscomplex)
constant(np.isclose, np.allclose, np.array_equal, np.array_equiv, np.isneginf, np.isposinf, np.isin)
constant(np.all, np.any, np.logical_and.reduce, np.logical_or.reduce, np.logical_xor.reduce)
constant(np.logical_and.accumulate, np.logical_or.accumulate, np.logical_xor.accumulate)
constant(np.equal.outer, np.not_equal.outer, np.less.outer, np.less_equal.outer)
constant(np.greater.outer, np.greater_equal.outer)

# integers
constant(np.bitwise_and, np.bitwise_or, np.bitwise_xor, np.invert, np.bitwise_count, np.left_shift, np.right_shift)
constant(np.gcd, np.lcm)
constant(np.bitwise_and.accumulate, np.bitwise_or.accumulate, np.bitwise_xor.accumulate)

# steps: constant between their jumps, where the derivative does not exist
constant(np.floor, np.ceil, np.trunc, np.rint, np.round, np.around, np.fix, np.floor_divide, np.spacing)

# where, not what
constant(np.argmax, np.argmin, np.argsort, np.argwhere, np.nonzero, np.flatnonzero, np.count_nonzero, np.searchsorted)
constant(np.digitize, np.lexsort, np.argpartition, np.nanargmax, np.nanargmin)

# positions and bits
constant(np.tril_indices_from, np.triu_indices_from, np.diag_indices_from, np.ravel_multi_index, np.unravel_index)
constant(np.packbits, np.unpackbits, np.einsum_path)

# shape and kind
constant(np.linalg.matrix_rank)
constant(np.shape, np.ndim, np.size, np.result_type, np.can_cast, np.min_scalar_type, np.common_type)
constant(np.zeros_like, np.ones_like, np.empty_like, np.broadcast_shapes, np.may_share_memory)
constant(np.shares_memory, np.array_repr, np.array_str, np.array2string)
