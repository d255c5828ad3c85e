"""From where on the training doctor speaks: every number that it judges by, and why it is that one.

Each is far from what healthy trainings show; docs/doctor.md has the trials. Imports nothing.
"""

from __future__ import annotations

__all__ = [
    "BATCHES",
    "DEAD_BATCHES",
    "DEAD_ROWS",
    "DEAD_SHARE",
    "DEAD_WIDTH",
    "DEAD_WINDOW",
    "EARLY_BATCHES",
    "EVALUATION_CALLS",
    "EXPLODING_ACTIVATION",
    "EXPLODING_GRADIENT",
    "LARGE_INPUT",
    "LARGE_UPDATE",
    "LOSS_GROWTH",
    "LOSS_WINDOW",
    "MOST_CALLS",
    "MOST_NODES",
    "NEVER_BATCHES",
    "SAMPLED_WEIGHTS",
    "SATURATED_SHARE",
    "SATURATED_SIGMOID",
    "SATURATED_TANH",
    "SMALL_INPUT",
    "STALE_STEPS",
    "VANISHING_GRADIENT",
    "ZERO_BATCHES",
]

#: Batches that are watched: enough to tell a unit that is dead from one that rested, few enough to cost nothing.
BATCHES = 20
#: Nodes of a graph and calls of layers that are looked at. More are those of a loop over time, which repeats itself.
MOST_NODES = MOST_CALLS = 5000

#: A unit that gave 0 for each of so many rows, in so many batches, is dead to this data; a unit that is on for one row
#: in twenty would be taken for one with probability 0.95**200 = 4e-5.
DEAD_BATCHES, DEAD_ROWS = 5, 200
#: The last batches, and as many more as make so many rows, tell of units that have died in training.
DEAD_WINDOW = 10
#: Most of the units: default weights leave some dead from the start, in the eighth of eight layers half of them, and
#: such nets learn (Lu et al., 2019, Dying ReLU and Initialization). What has died in training is next to all.
DEAD_SHARE = 0.8
#: In narrower layers most of the units is chance; there all of them must be dead.
DEAD_WIDTH = 8

#: Where the slope is below 2 % of the steepest one: sigmoid' <= 0.005, tanh' <= 0.02 (4.6 and 2.6 from the middle).
SATURATED_SIGMOID, SATURATED_TANH = 0.005, 0.99
#: Inputs of standard deviation 1, which initialisations aim at, saturate 1 % of the units; half of them needs 4 to 7
#: (Glorot and Bengio, 2010, see it in the top layers of nets that do not train).
SATURATED_SHARE = 0.5

#: The root mean square of the gradient of the first layers over that of the last ones. Default initialisation loses a
#: factor of 2 a layer with ReLU, 7 with sigmoids (Glorot and Bengio, 2010): 1e-5 is six layers of sigmoids.
VANISHING_GRADIENT = 1e-5
#: And the other way: the first layers' gradient is above that of the last one. Inputs in 0..255 make a factor of 100,
#: healthy trainings one of 3.
EXPLODING_GRADIENT = 1e3
#: The root mean square of a hidden layer over that of the input; a healthy layer keeps it to a factor of 3.
EXPLODING_ACTIVATION = 1e3
#: Batches at the start whose inputs, targets and order of layers are looked at. Explosions are looked for in the first
#: one alone: later ones are the learning rate's.
EARLY_BATCHES = 3

#: The root mean square of an input column. PyTorch's default weights are uniform in 1/sqrt(n), so that a layer's result
#: has 0.6 of it: 14 at 25, where a tanh is a sign; and SGD's largest stable rate falls with its square (LeCun et al.,
#: 1998, Efficient BackProp, section 4.3). scikit-learn's digits, 0..16, stay below; bytes, 0..255, do not.
LARGE_INPUT = 25.0
#: The largest entry of the input: so small, the biases are all that the first layer sees.
SMALL_INPUT = 1e-3

#: The loss of five batches in a row is above ten times the first one: chance does not do that, and
#: only with steps of a tenth of the weights, a hundred times the 1e-3 that is usual, is it the learning rate.
LOSS_WINDOW, LOSS_GROWTH, LARGE_UPDATE = 5, 10.0, 0.1
#: Entries of each parameter that are compared before and after a step.
SAMPLED_WEIGHTS = 2048

#: Batches after which a parameter without any gradient is told of; layers may be left out at random.
NEVER_BATCHES = 3
#: And without any but 0, bit by bit: branches that are switched off at first are on after a step or two.
ZERO_BATCHES = 10
#: Calls in training mode without a gradient, one after the other, that are an evaluation. A critic that takes five
#: steps for one of the generator (Arjovsky et al., 2017) has it make five batches.
EVALUATION_CALLS = 8
#: Steps in a row that were taken with a gradient to which the next one is then added. One such step is legitimate: the
#: generator's backward pass of a GAN goes through the discriminator, whose gradient is cleared only later.
STALE_STEPS = 2
