"""Hyperparameters: scikit-learn's searches over a network as its estimator, judged by data that they have not seen."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.optional import optional
from nn.data.datasets import CHURN_COLUMNS, churn
from nn.recipes.pictures import blank
from nn.recipes.resuming import resumable
from nn.recipes.run import Run
from nn.sharing import TableInput
from nn.text import table

__all__ = ["run"]

NETWORK = "neuralclassifier__"
GRID: dict[str, list[Any]] = {
    f"{NETWORK}lr": [1e-2, 3e-3],
    f"{NETWORK}module__dropout": [0.0, 0.3],
    f"{NETWORK}module__hidden": [(32,), (100,)],
}


def run(run: Run) -> None:
    """GridSearchCV and HalvingRandomSearchCV on churn: better by cross-validation than the estimator's defaults."""
    selection = optional("sklearn.model_selection", "data", "the recipe tune")
    x, y = run.load(churn)
    folds = selection.StratifiedKFold(run.some(3, 2), shuffle=True, random_state=run.seed)
    # each search is an estimator, too: what it chooses is judged by a fold that it was not shown
    estimators = {"default": default(run), "grid": grid(run), "halving": halving(run)}
    scores: dict[str, Any] = {}
    for i in resumable(run.checkpoint / "scores.safetensors", len(estimators), scores):
        name = [*estimators][i]
        print(f"{name}: {folds.n_splits} folds", flush=True)
        scores[name] = selection.cross_val_score(estimators[name], x, y, cv=folds)
    rows = [["", *(f"fold {i + 1}" for i in range(folds.n_splits)), "mean"]]
    rows += [[name, *(f"{score:.4f}" for score in found), f"{found.mean():.4f}"] for name, found in scores.items()]
    print(table(rows, left=1))
    for name in ("grid", "halving"):
        gain = 100 * np.mean(scores[name] - scores["default"])
        run.figure(f"points of accuracy above the default, by the {name} search", gain, "at least", 0.3)
    chosen = estimators["grid"].fit(x, y)
    print("chosen for all:", *(f"{name.removeprefix(NETWORK)}={v}" for name, v in chosen.best_params_.items()))
    run.plot(picture(scores, chosen), "search")
    scaler, network = (step for _, step in chosen.best_estimator_.steps)
    reads = TableInput(CHURN_COLUMNS, means=tuple(scaler.mean_), scales=tuple(scaler.scale_))
    run.save(network.module_, input=reads, classes=("stays", "leaves"), card={"name": "tune", "data": "churn"})


def default(run: Run) -> Any:
    """The estimator as it is when nothing is said: one hidden layer of 100, a rate of 0.01, 50 epochs."""
    scaler = optional("sklearn.preprocessing", "data", "the recipe tune").StandardScaler()
    estimator = optional("nn.sklearn", "data", "the recipe tune").NeuralClassifier
    network = estimator(max_epochs=run.epochs(50), random_state=run.seed)
    return optional("sklearn.pipeline", "data", "the recipe tune").make_pipeline(scaler, network)


def grid(run: Run) -> Any:
    """Every combination, judged by 3 folds."""
    search = optional("sklearn.model_selection", "data", "the recipe tune").GridSearchCV
    choices = {name: values[: run.some(2, 1)] for name, values in GRID.items()}
    return search(default(run), choices, cv=run.some(3, 2))


def halving(run: Run) -> Any:
    """Random combinations, trained for few epochs; the best third goes on with three times as many."""
    optional("sklearn.experimental.enable_halving_search_cv", "data", "the recipe tune")  # makes the next line work
    search = optional("sklearn.model_selection", "data", "the recipe tune").HalvingRandomSearchCV
    stats = optional("scipy.stats", "scipy", "the recipe tune")
    choices = {
        f"{NETWORK}lr": stats.loguniform(1e-3, 1e-2),
        f"{NETWORK}module__dropout": stats.uniform(0, 0.5),
        f"{NETWORK}module__hidden": [(32,), (100,), (32, 32)],
    }
    return search(
        default(run),
        choices,
        n_candidates=run.some(9, 3),
        resource=f"{NETWORK}max_epochs",
        min_resources=run.some(6, 1),
        max_resources=run.some(54, 3),
        factor=3,
        cv=run.some(3, 2),
        random_state=run.seed,
    )


def picture(scores: dict[str, Any], chosen: Any) -> Any:
    """The folds of the three, and what each combination of the grid came to."""
    figure = blank(11, 4)
    left, right = figure.subplots(1, 2)
    for place, found in enumerate(scores.values()):
        left.plot(np.full(len(found), place), found, "o", color="#2563eb", alpha=0.5)
        left.plot(place, found.mean(), "_", color="#dc2626", markersize=40)
    left.set(xticks=range(len(scores)), xticklabels=scores, ylabel="accuracy on folds that were not shown")
    results = chosen.cv_results_
    labels = [", ".join(str(value) for value in params.values()) for params in results["params"]]
    right.barh(labels, results["mean_test_score"], xerr=results["std_test_score"], color="#2563eb")
    right.set_xlim(min(results["mean_test_score"]) - 0.02, max(results["mean_test_score"]) + 0.02)
    names = [name.rpartition("__")[2] for name in chosen.param_grid]
    right.set(xlabel="accuracy within the search", ylabel=", ".join(names))
    return figure
