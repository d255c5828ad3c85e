"""Well-known data sets, as NumPy arrays.

`toys.py` draws points in the plane and has scikit-learn's digits; `mnist.py`, `text.py` and `tables.py` read files,
which `files.py` finds or downloads. `idx.py` and `table.py` read two formats, and doubt what the files say.
"""

from nn.data.datasets.idx import read_idx
from nn.data.datasets.mnist import FASHION_CLASSES, fashion_mnist, mnist
from nn.data.datasets.table import read_csv
from nn.data.datasets.tables import ADMISSIONS_COLUMNS, CHURN_COLUMNS, admissions, churn
from nn.data.datasets.text import names, shakespeare
from nn.data.datasets.toys import circles, digits, moons, ring_of_gaussians, spirals, xor

__all__ = [
    "ADMISSIONS_COLUMNS",
    "CHURN_COLUMNS",
    "FASHION_CLASSES",
    "admissions",
    "churn",
    "circles",
    "digits",
    "fashion_mnist",
    "mnist",
    "moons",
    "names",
    "read_csv",
    "read_idx",
    "ring_of_gaussians",
    "shakespeare",
    "spirals",
    "xor",
]
