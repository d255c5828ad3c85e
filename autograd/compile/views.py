"""What `Symbol` knows of NumPy: functions about shapes alone, those that give views or write, methods, flags."""

from __future__ import annotations

import numpy as np

__all__ = ["COUNTING", "FOLDING", "LIKE", "METHODS", "READ_ONLY", "STATIC", "TURNING", "WRITING", "Memory"]

#: About shapes and dtypes, which are fixed: these give plain Python values.
STATIC = {
    *(np.shape, np.ndim, np.size, np.iscomplexobj, np.isrealobj, np.result_type, np.can_cast, np.common_type),
    *(np.may_share_memory, np.shares_memory, np.broadcast_shapes, np.min_scalar_type, np.einsum_path),
}
LIKE = {np.zeros_like, np.ones_like, np.empty_like}
TURNING = {np.transpose, np.swapaxes, np.moveaxis, np.matrix_transpose, np.rollaxis}  # views that permute axes
FOLDING = {np.reshape, np.ravel, np.squeeze, np.expand_dims}  # views that keep the order of entries
READ_ONLY = {np.broadcast_to, np.flip, np.diagonal, np.real, np.imag, np.fliplr, np.flipud, np.rot90}
METHODS = {
    **{name: getattr(np, name) for name in ("sum", "mean", "prod", "var", "std", "max", "min", "argmax", "argmin")},
    **{name: getattr(np, name) for name in ("cumsum", "cumprod", "argsort", "all", "any", "nonzero", "dot", "trace")},
    **{name: getattr(np, name) for name in ("diagonal", "ravel", "squeeze", "swapaxes", "repeat", "clip", "round")},
    **{name: getattr(np, name) for name in ("take", "choose", "conj", "conjugate", "searchsorted", "ptp")},
    "flatten": np.ravel,
    "copy": np.copy,
}
#: Of these the values decide how many entries there are.
COUNTING = {
    *(np.nonzero, np.flatnonzero, np.argwhere, np.unique, np.extract, np.compress, np.bincount, np.trim_zeros),
    *(np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d, np.delete),
    *(np.unique_all, np.unique_counts, np.unique_inverse, np.unique_values),
}
#: These return nothing.
WRITING = {np.putmask, np.fill_diagonal, np.copyto, np.place, np.put}


class Memory:
    """Flags of an array that nobody may rely on: rules then take the way that needs no particular layout."""

    c_contiguous = f_contiguous = owndata = False
    writeable = True
