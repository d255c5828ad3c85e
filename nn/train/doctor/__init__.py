"""The training doctor: what is wrong with a training, said before anybody asks.

`Doctor` watches the first batches; `diagnose` makes a table of a model's layers from one batch. Read `thresholds.py`
for what counts as wrong, then `doctor.py`.
"""

from nn.train.doctor.diagnosis import Diagnosis, diagnose
from nn.train.doctor.doctor import Doctor

__all__ = ["Diagnosis", "Doctor", "diagnose"]
