"""ONNX: a model as a file that other programs run, from the graph of its own forward pass.

`export.py` is the function; `trace.py` records what the model does, `graph.py` holds what is written, and the
translations of the operations are in `layers.py`, `activations.py`, `arrays.py`, `shapes.py`, `attention.py` and
`recurrent.py`.
"""

from nn.onnx.export import export

__all__ = ["export"]
