"""What other people's programs make of a table that `train --table` wrote.

Run by the Python of an environment that has them (training_environment.PEERS):

    training_peers.py TABLE REPORT FOLDER

Prints one JSON object: the areas under the curve on the test rows of scikit-learn's logistic
regression and of both boosting programs, their predictions, and the coefficients of its regression
on the weights of evidence that the report's bins say. The boosted models are left in the folder.
"""

import csv
import json
import math
import sys

import lightgbm
import numpy
import xgboost
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

NO_FEATURES = ("set", "account", "date", "outcome", "birthDecade", "region")


def weights(feature, column, share):
    """The weight of evidence of each value, by the report's bins, written anew."""
    def weight(pool):
        events, others = pool["events"], pool["rows"] - pool["events"]
        return math.log((events + share) / (others + 1 - share)) - math.log(share / (1 - share))

    bins = [pool for pool in feature["bins"] if not pool.get("missing")]
    missing = next((weight(pool) for pool in feature["bins"] if pool.get("missing")), 0.0)

    def of(value):
        if math.isnan(value):
            return missing
        return next(weight(pool) for pool in bins
                    if pool["below"] is None or value < pool["below"])

    return [of(value) for value in column]


def main():
    """Reads, fits, prints."""
    table, report, folder = sys.argv[1:]
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with open(report, encoding="utf-8") as file:
        report = json.load(file)
    is_training = numpy.array([row["set"] == "training" for row in rows])
    outcome = numpy.array([int(row["outcome"]) for row in rows])
    names = [name for name in rows[0] if name not in NO_FEATURES]
    columns = {name: numpy.array([float(row[name] or "nan") for row in rows]) for name in names}
    names = [name for name in names if len(set(columns[name][is_training])) > 1
             and not numpy.isnan(columns[name][is_training]).all()]
    design = numpy.stack([columns[name] for name in names], 1)
    learned, asked = outcome[is_training], outcome[~is_training]

    filled = numpy.concatenate([numpy.nan_to_num(design), numpy.isnan(design)], 1)
    filled = StandardScaler().fit(filled[is_training]).transform(filled)
    plain = LogisticRegression(max_iter=5_000).fit(filled[is_training], learned)

    trees = lightgbm.LGBMClassifier(n_estimators=200, learning_rate=0.03, num_leaves=15,
                                    min_child_samples=50, verbose=-1, n_jobs=1, random_state=1)
    trees.fit(design[is_training], learned, feature_name=names)
    trees.booster_.save_model(f"{folder}/lightgbm.txt")
    matrix = xgboost.DMatrix(design, outcome, feature_names=names)
    boosted = xgboost.train(
        {"objective": "binary:logistic", "max_depth": 4, "eta": 0.05, "min_child_weight": 20,
         "subsample": 0.8, "seed": 1, "nthread": 1},
        xgboost.DMatrix(design[is_training], learned, feature_names=names), 200)
    boosted.save_model(f"{folder}/xgboost.json")

    taken = [feature for feature in report["features"] if feature["leftOut"] is None]
    taken = [feature for feature in taken if "values" not in feature["bins"][0]]
    share = learned.mean()
    evidence = numpy.array([weights(feature, columns[feature["feature"]][is_training], share)
                            for feature in taken]).T
    own = LogisticRegression(C=1.0, solver="newton-cholesky", tol=1e-12, max_iter=1_000)
    own.fit(evidence, learned)
    tests = numpy.flatnonzero(~is_training)
    print(json.dumps({
        "regression": roc_auc_score(asked, plain.decision_function(filled[~is_training])),
        "lightgbm": roc_auc_score(asked, trees.predict_proba(design[~is_training])[:, 1]),
        "xgboost": roc_auc_score(asked, boosted.predict(matrix)[~is_training]),
        "rows": tests.tolist(),
        "lightgbmMargins": trees.booster_.predict(design[~is_training], raw_score=True).tolist(),
        "xgboostMargins": boosted.predict(matrix, output_margin=True)[~is_training].tolist(),
        "coefficients": {feature["feature"]: value
                         for feature, value in zip(taken, own.coef_[0].tolist())},
        "intercept": own.intercept_[0],
    }))


main()
