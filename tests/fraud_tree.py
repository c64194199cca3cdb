"""A small decision tree in plain Python on the fraud table of a data set: how well can fraud be found?"""
import csv
from collections import Counter, defaultdict

DEPTH, LEAF, TRAIN = 4, 100, 0.7
ATTRIBUTES = ["Declaration ID", "Date", "Office ID", "Process Type", "Import Type", "Import Use", "Payment Type",
              "Mode of Transport", "Declarant ID", "Importer ID", "Seller ID", "Courier ID", "HS6 Code",
              "Country of Departure", "Country of Origin", "Tax Rate", "Tax Type", "Country of Origin Indicator",
              "Net Mass", "Item Price"]
LABELS = ["Fraud", "Critical Fraud"]


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rates(rows, column, smooth=50):
    """Share of fraud by value of a column, drawn to the mean where there is little to see."""
    mean = sum(row["Fraud"] == "1" for row in rows) / len(rows)
    count, fraud = Counter(), Counter()
    for row in rows:
        count[row[column]] += 1
        fraud[row[column]] += row["Fraud"] == "1"
    return defaultdict(lambda: mean, {key: (fraud[key] + smooth * mean) / (count[key] + smooth) for key in count})


def features(rows, train):
    seller, code = rates(train, "Seller ID"), rates(train, "HS6 Code")
    often = Counter(row["Importer ID"] for row in rows)
    made = []
    for row in rows:
        price, mass = float(row["Item Price"]), float(row["Net Mass"])
        made.append((price, mass, price / mass if mass else 0, float(row["Tax Rate"]), seller[row["Seller ID"]],
                     code[row["HS6 Code"]], often[row["Importer ID"]]))
    return made


def best_split(x, y, members):
    """(gain, feature, threshold) of the split that leaves the least impurity."""
    total, positive, best = len(members), sum(y[i] for i in members), (0.0, None, None)
    base = positive * (total - positive) / total
    for feature in range(len(x[0])):
        order = sorted(members, key=lambda i: x[i][feature])
        left = 0
        for at, i in enumerate(order[:-1], 1):
            left += y[i]
            here, there = x[i][feature], x[order[at]][feature]
            if at < LEAF or total - at < LEAF or here == there:
                continue
            right = positive - left
            gain = base - left * (at - left) / at - right * (total - at - right) / (total - at)
            if gain > best[0]:
                best = (gain, feature, (here + there) / 2)
    return best


def grow(x, y, members, depth):
    share = sum(y[i] for i in members) / len(members)
    if depth == 0 or len(members) < 2 * LEAF:
        return share
    gain, feature, threshold = best_split(x, y, members)
    if feature is None or gain <= 0:
        return share
    low = [i for i in members if x[i][feature] <= threshold]
    high = [i for i in members if x[i][feature] > threshold]
    return feature, threshold, grow(x, y, low, depth - 1), grow(x, y, high, depth - 1)


def score(tree, point):
    while isinstance(tree, tuple):
        feature, threshold, low, high = tree
        tree = low if point[feature] <= threshold else high
    return tree


def area(scores, truth):
    """Chance that a fraud is given a higher score than an honest one; ties count half."""
    ranked = sorted(zip(scores, truth))
    at, below, wins = 0, 0, 0.0
    while at < len(ranked):
        end = at
        while end < len(ranked) and ranked[end][0] == ranked[at][0]:
            end += 1
        positive = sum(t for _, t in ranked[at:end])
        negative = end - at - positive
        wins += positive * (below + negative / 2)
        below += negative
        at = end
    positives = sum(truth)
    return wins / (positives * (len(truth) - positives))


def learn(path):
    """(area under the curve, precision among the worst 5 %, share of fraud), trained on the past, tested after."""
    rows = sorted(read(path), key=lambda row: (row["Date"], int(row["Declaration ID"])))
    cut = int(len(rows) * TRAIN)
    x, y = features(rows, rows[:cut]), [int(row["Fraud"]) for row in rows]
    tree = grow(x, y, range(cut), DEPTH)
    scores, truth = [score(tree, point) for point in x[cut:]], y[cut:]
    worst = sorted(range(len(scores)), key=lambda i: -scores[i])[:len(scores) // 20]
    return area(scores, truth), sum(truth[i] for i in worst) / len(worst), sum(truth) / len(truth)
