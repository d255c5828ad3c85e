"""The models of the recipes: classes to read, to subclass and to copy. `nn.recipes` trains them."""

from nn.models.adversarial import Discriminator, Generator
from nn.models.autoencoder import Autoencoder, VariationalAutoencoder
from nn.models.boltzmann import DBN, RBM
from nn.models.convolutional import HeadedCNN, SmallCNN, TutorialCNN
from nn.models.perceptron import MLP, Perceptron
from nn.models.recurrent import CharacterRNN, LastPlace, RowReader
from nn.models.residual import ResidualMLP
from nn.models.transformer import GPT

__all__ = [
    "DBN",
    "GPT",
    "MLP",
    "RBM",
    "Autoencoder",
    "CharacterRNN",
    "Discriminator",
    "Generator",
    "HeadedCNN",
    "LastPlace",
    "Perceptron",
    "ResidualMLP",
    "RowReader",
    "SmallCNN",
    "TutorialCNN",
    "VariationalAutoencoder",
]
