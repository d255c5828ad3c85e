"""Data: datasets, the loader that makes batches of them, augmentation, and well-known sets to try things on.

Read `dataset.py`, then `loader.py`. Splitting and preprocessing are scikit-learn's: what its splitters give are the
indices of a `Subset`.
"""

from nn.data import augment, datasets
from nn.data.collate import collate
from nn.data.dataset import Dataset, Subset, TensorDataset
from nn.data.loader import DataLoader

__all__ = ["DataLoader", "Dataset", "Subset", "TensorDataset", "augment", "collate", "datasets"]
