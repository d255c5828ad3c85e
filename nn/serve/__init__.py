"""``python -m nn serve MODEL``: a web page on which a person draws, and sees what a model of images says, and why.

Read `saliency.py` first (probabilities and gradients of an image), then `centring.py` (a drawing as MNIST would have
it), `service.py` (an uploaded file to JSON), `server.py` (HTTP and its limits), `page.py` with the HTML, style and
scripts beside it, and `command.py`. Imports `nn`; nothing but the command line imports it.
"""

from nn.serve.saliency import Explanation, explain
from nn.serve.server import Site
from nn.serve.service import Service

__all__ = ["Explanation", "Service", "Site", "explain"]
