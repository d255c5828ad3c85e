"""Estimators for scikit-learn: `NeuralClassifier` and `NeuralRegressor`, with skorch's conventions.

They go where scikit-learn's own go: into a `Pipeline`, `GridSearchCV`, `cross_val_score`. Imported by itself,
``from nn.sklearn import NeuralClassifier``, as it needs scikit-learn. Read `base.py` first.
"""

from nn.sklearn.classifier import NeuralClassifier
from nn.sklearn.parts import perceptron
from nn.sklearn.regressor import NeuralRegressor

__all__ = ["NeuralClassifier", "NeuralRegressor", "perceptron"]
