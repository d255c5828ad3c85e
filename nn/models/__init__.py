"""The models of the recipes: classes to read, to subclass and to copy. `nn.recipes` trains them."""

from nn.models.convolutional import SmallCNN, TutorialCNN
from nn.models.perceptron import MLP, Perceptron

__all__ = ["MLP", "Perceptron", "SmallCNN", "TutorialCNN"]
