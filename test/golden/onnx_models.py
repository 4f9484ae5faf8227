"""Writes the ONNX models of the prediction tests and what onnxruntime says of them in Python.

    .venv/bin/python test/golden/onnx_models.py

Everything is seeded: a second run writes the same predictions. Files go to test/golden/data/onnx:
`<name>.onnx`, and `cases.json` with the rows and the expected columns of each model that predicts; `signatures.json`
with what the onnx package reads of each.
Models under `hostile/` must be refused, or killed.
"""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pandas as pd
from onnx import TensorProto, helper
from skl2onnx import to_onnx
from skl2onnx.common.data_types import (
    BooleanTensorType,
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    RandomForestClassifier,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

FOLDER = Path(__file__).parent / "data" / "onnx"
HOSTILE = FOLDER / "hostile"
OPSET = {"": 18, "ai.onnx.ml": 3}
ROWS = 40
NAMES = ["a", "b", "c", "d"]
cases = {}


def run(model, feeds, outputs):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(outputs, feeds)


def plain(values):
    values = np.asarray(values)
    if values.dtype == object or values.dtype.kind == "U":
        return [str(value) for value in values.ravel()]
    return [None if np.isnan(v) else float(v) for v in values.astype(np.float64).ravel()]


def save(name, model, columns, task, expected, **options):
    file = options.pop("file", name)
    (FOLDER / f"{file}.onnx").write_bytes(model.SerializeToString())
    cases[name] = {
        "file": f"{file}.onnx",
        "task": task,
        "columns": {key: plain(value) for key, value in columns.items()},
        "expected": {key: plain(value) for key, value in expected.items()},
        **options,
    }


def numeric():
    random = np.random.default_rng(7)
    x = random.normal(size=(600, 4)).astype(np.float32)
    noise = random.normal(size=600)
    return x, x[:, 0] - x[:, 1] * x[:, 2] + noise


def columns_of(x):
    return {name: x[:, index] for index, name in enumerate(NAMES)}


def logistic_regression():
    x, signal = numeric()
    fitted = LogisticRegression().fit(x, (signal > 0).astype(int))
    model = to_onnx(fitted, x[:1], target_opset=OPSET)
    rows = x[:ROWS]
    label, maps = run(model, {"X": rows}, None)
    save("logreg", model, columns_of(rows), "binary", {"score": [m[1] for m in maps], "prediction": label})
    flat = to_onnx(fitted, x[:1], target_opset=OPSET, options={"zipmap": False})
    label, probabilities = run(flat, {"X": rows}, ["label", "probabilities"])
    expected = {"score": probabilities[:, 1], "prediction": label}
    save("logreg-tensor", flat, columns_of(rows), "binary", expected)


def pipeline_with_texts():
    random = np.random.default_rng(11)
    count = 800
    frame = pd.DataFrame(
        {
            "tenure": random.integers(0, 72, count).astype(np.float32),
            "charges": random.gamma(4, 16, count).astype(np.float32),
            "region": random.choice(["north", "south", "east", "café"], count),
            "plan type": random.choice(["basic", "plus"], count),
        }
    )
    odds = 0.05 * (frame["charges"] - 60) - 0.04 * frame["tenure"] + (frame["region"] == "south")
    target = np.where(odds + random.logistic(size=count) > 0, "yes", "no")
    encode = ColumnTransformer(
        [
            ("number", StandardScaler(), ["tenure", "charges"]),
            ("text", OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["region", "plan type"]),
        ]
    )
    fitted = make_pipeline(encode, GradientBoostingClassifier(n_estimators=20, max_depth=3, random_state=1))
    fitted.fit(frame, target)
    types = [
        ("tenure", FloatTensorType([None, 1])),
        ("charges", FloatTensorType([None, 1])),
        ("region", StringTensorType([None, 1])),
        ("plan type", StringTensorType([None, 1])),
    ]
    model = to_onnx(fitted, initial_types=types, target_opset=OPSET)
    rows = frame[:ROWS].copy()
    rows.loc[3, "region"] = "unseen"
    rows.loc[5, "region"] = ""
    feeds = {
        one.name: rows[[column]].to_numpy(dtype=np.float32 if column in ("tenure", "charges") else object)
        for one, column in zip(model.graph.input, frame.columns)
    }
    label, maps = run(model, feeds, None)
    # Two columns that the model does not take, and another order: inputs go by name.
    shown = {"noise": np.arange(ROWS), **{c: rows[c] for c in reversed(frame.columns)}, "day": ["x"] * ROWS}
    expected = {"score": [m["yes"] for m in maps], "prediction": label}
    save("gbdt-pipeline", model, shown, "binary", expected, positive="yes")
    expected = {"score": [m["no"] for m in maps], "prediction": label}
    save("gbdt-pipeline-no", model, shown, "binary", expected, positive="no", file="gbdt-pipeline")


def multiclass():
    x, signal = numeric()
    target = np.array(["setosa", "versicolor", "virginica"])[np.digitize(signal, [-0.7, 0.7])]
    fitted = RandomForestClassifier(n_estimators=8, max_depth=4, random_state=2).fit(x, target)
    rows = x[:ROWS]
    tensor = to_onnx(fitted, x[:1], target_opset=OPSET, options={"zipmap": False})
    label, probabilities = run(tensor, {"X": rows}, ["label", "probabilities"])
    expected = {f"score_{name}": probabilities[:, k] for k, name in enumerate(fitted.classes_)}
    expected["prediction"] = label
    for name, zipmap in (("forest-zipmap", True), ("forest-tensor", False), ("forest-columns", "columns")):
        model = to_onnx(fitted, x[:1], target_opset=OPSET, options={"zipmap": zipmap})
        save(name, model, columns_of(rows), "multiclass", expected)
    codes = np.searchsorted(fitted.classes_, target)
    encoded = RandomForestClassifier(n_estimators=8, max_depth=4, random_state=2).fit(x, codes)
    model = to_onnx(encoded, x[:1], target_opset=OPSET)
    save("forest-encoded", model, columns_of(rows), "multiclass", expected, classes=list(fitted.classes_))


def regression():
    x, signal = numeric()
    rows = x[:ROWS]
    fitted = GradientBoostingRegressor(n_estimators=15, random_state=3).fit(x, signal)
    model = to_onnx(fitted, x[:1], target_opset=OPSET)
    save("regression", model, columns_of(rows), "regression", {"prediction": run(model, {"X": rows}, None)[0]})
    doubles = x.astype(np.float64)
    line = LinearRegression().fit(doubles, signal)
    types = [("X", DoubleTensorType([None, 4]))]
    model = to_onnx(line, initial_types=types, target_opset=OPSET)
    rows = doubles[:ROWS]
    save("regression-double", model, columns_of(rows), "regression", {"prediction": run(model, {"X": rows}, None)[0]})


def info(name, kind, shape):
    return helper.make_tensor_value_info(name, kind, shape)


def built(nodes, inputs, outputs, initializers=(), functions=(), domains=(), **more):
    graph = helper.make_graph(nodes, "graph", inputs, outputs, list(initializers), **more)
    opsets = [helper.make_opsetid("", 19), *(helper.make_opsetid(domain, 1) for domain in domains)]
    return helper.make_model(graph, opset_imports=opsets, ir_version=9, functions=list(functions))


def floats(name, values, shape):
    return helper.make_tensor(name, TensorProto.FLOAT, shape, np.asarray(values, np.float32).ravel())


def exported_networks():
    """Shapes that exporters other than skl2onnx write: no labels, logits, fixed batches, typed columns."""
    x, _ = numeric()
    rows = x[:ROWS]
    weights = floats("W", np.random.default_rng(5).normal(size=(4, 3)), [4, 3])
    logits = built(
        [helper.make_node("MatMul", ["input", "W"], ["output"])],
        [info("input", TensorProto.FLOAT, ["batch", 4])],
        [info("output", TensorProto.FLOAT, ["batch", 3])],
        [weights],
    )
    out = run(logits, {"input": rows}, None)[0]
    expected = {f"score_{name}": out[:, k] for k, name in enumerate("xyz")}
    save("logits", logits, columns_of(rows), "multiclass", expected, classes=["x", "y", "z"], warns=["SCORES_NOT_PROBABILITIES"])
    expected = {f"output_{k}": out[:, k] for k in range(3)}
    save("scores", logits, columns_of(rows), "scores", expected, file="logits")
    one = floats("V", np.random.default_rng(6).normal(size=(4, 1)), [4, 1])
    for size in (1, 16):
        fixed = built(
            [helper.make_node("MatMul", ["input", "V"], ["v"]), helper.make_node("Sigmoid", ["v"], ["output"])],
            [info("input", TensorProto.FLOAT, [size, 4])],
            [info("output", TensorProto.FLOAT, [size, 1])],
            [one],
        )
        padded = np.concatenate([rows, np.repeat(rows[-1:], -ROWS % size, axis=0)])
        parts = [run(fixed, {"input": padded[i : i + size]}, None)[0] for i in range(0, len(padded), size)]
        save(f"batch-of-{size}", fixed, columns_of(rows), "binary", {"score": np.concatenate(parts)[:ROWS]})


def typed_columns():
    """One input [N] or [N, 1] per column, of every kind a table fills, and labels 0/1 where the data says no/yes."""
    random = np.random.default_rng(9)
    model = built(
        [
            helper.make_node("Cast", ["count"], ["f1"], to=TensorProto.DOUBLE),
            helper.make_node("Cast", ["age"], ["f2"], to=TensorProto.DOUBLE),
            helper.make_node("Cast", ["member"], ["f3"], to=TensorProto.DOUBLE),
            helper.make_node("Equal", ["region", "north"], ["is_north"]),
            helper.make_node("Cast", ["is_north"], ["f4"], to=TensorProto.DOUBLE),
            helper.make_node("Squeeze", ["price", "axis"], ["f5"]),
            helper.make_node("Sum", ["f1", "f2", "f3", "f4", "f5"], ["sum"]),
            helper.make_node("Sigmoid", ["sum"], ["probability"]),
            helper.make_node("Greater", ["probability", "half"], ["label"]),
        ],
        [
            info("count", TensorProto.INT64, ["N"]),
            info("age", TensorProto.INT32, ["N"]),
            info("member", TensorProto.BOOL, ["N"]),
            info("region", TensorProto.STRING, ["N"]),
            info("price", TensorProto.DOUBLE, ["N", 1]),
        ],
        [info("label", TensorProto.BOOL, ["N"]), info("probability", TensorProto.DOUBLE, ["N"])],
        [
            helper.make_tensor("north", TensorProto.STRING, [1], [b"north"]),
            helper.make_tensor("half", TensorProto.DOUBLE, [1], [0.5]),
            helper.make_tensor("axis", TensorProto.INT64, [1], [1]),
        ],
    )
    columns = {
        "count": random.integers(-5, 5, ROWS),
        "age": random.integers(-4, 4, ROWS),
        "member": random.integers(0, 2, ROWS),
        "region": random.choice(["north", "south"], ROWS),
        "price": random.normal(size=ROWS),
    }
    feeds = {
        "count": columns["count"].astype(np.int64),
        "age": columns["age"].astype(np.int32),
        "member": columns["member"].astype(bool),
        "region": columns["region"].astype(object),
        "price": columns["price"].reshape(-1, 1),
    }
    label, score = run(model, feeds, None)
    words = np.where(label, "yes", "no")
    expected = {"score": score, "prediction": words}
    save("typed-columns", model, columns, "binary", expected, positive="yes", classes=["no", "yes"])


def two_tensors():
    """All numbers in one tensor, all texts in another."""
    rows = numeric()[0][:ROWS, :2]
    words = np.random.default_rng(4).choice(["red", "blue"], (ROWS, 2)).astype(object)
    model = built(
        [
            helper.make_node("Equal", ["categorical", "red"], ["is_red"]),
            helper.make_node("Cast", ["is_red"], ["f"], to=TensorProto.FLOAT),
            helper.make_node("Add", ["numerical", "f"], ["sum"]),
            helper.make_node("ReduceSum", ["sum", "axis"], ["variable"], keepdims=1),
        ],
        [info("numerical", TensorProto.FLOAT, ["N", 2]), info("categorical", TensorProto.STRING, ["N", 2])],
        [info("variable", TensorProto.FLOAT, ["N", 1])],
        [
            helper.make_tensor("red", TensorProto.STRING, [1], [b"red"]),
            helper.make_tensor("axis", TensorProto.INT64, [1], [1]),
        ],
    )
    out = run(model, {"numerical": rows, "categorical": words}, None)[0]
    columns = {"a": rows[:, 0], "first": words[:, 0], "b": rows[:, 1], "second": words[:, 1]}
    save("two-tensors", model, columns, "regression", {"prediction": out})


def missing_values():
    """NaN reaches a float input as it is."""
    rows = numeric()[0][:ROWS].copy()
    rows[::7, 1] = np.nan
    model = built(
        [
            helper.make_node("IsNaN", ["X"], ["missing"]),
            helper.make_node("Where", ["missing", "minus", "X"], ["filled"]),
            helper.make_node("ReduceSum", ["filled", "axis"], ["y"], keepdims=0),
        ],
        [info("X", TensorProto.FLOAT, ["N", 4])],
        [info("y", TensorProto.FLOAT, ["N"])],
        [floats("minus", [-1], [1]), helper.make_tensor("axis", TensorProto.INT64, [1], [1])],
    )
    save("missing-values", model, columns_of(rows), "regression", {"prediction": run(model, {"X": rows}, None)[0]})


def external_tensor(name, location, shape=(4, 1)):
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=list(shape))
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return tensor


def linear(initializers=(), nodes=None, **more):
    nodes = nodes or [helper.make_node("MatMul", ["X", "W"], ["y"])]
    io = [info("X", TensorProto.FLOAT, ["N", 4])], [info("y", TensorProto.FLOAT, ["N", 1])]
    return built(nodes, *io, initializers, **more)


def external_data():
    """Weights in a plain file beside the model are read; everything else is refused."""
    rows = numeric()[0][:ROWS]
    weights = np.array([1, -2, 0.5, 4], np.float32)
    weights.tofile(FOLDER / "external.weights")
    model = linear([external_tensor("W", "external.weights")])
    inside = linear([floats("W", weights, [4, 1])])
    save("external", model, columns_of(rows), "regression", {"prediction": run(inside, {"X": rows}, None)[0]})

    for name, location in {
        "parent": "../../etc/passwd",
        "absolute": "/etc/passwd",
        "folder": "sub/weights",
        "windows": "..\\..\\secrets",
        "drive": "C:secrets",
        "unc": "\\\\server\\share",
        "nul": "weights\0.bin",
        "dots": "..",
        "empty": "",
    }.items():
        hostile(f"external-{name}", linear([external_tensor("W", location)]))
    out = "../outside"
    constant = helper.make_node("Constant", [], ["W"], value=external_tensor("W", out))
    product = helper.make_node("MatMul", ["X", "W"], ["y"])
    hostile("external-attribute", linear(nodes=[constant, product]))
    branch = helper.make_graph([constant], "branch", [], [info("W", TensorProto.FLOAT, [4, 1])])
    condition = helper.make_node("Constant", [], ["yes"], value=helper.make_tensor("yes", TensorProto.BOOL, [], [True]))
    choose = helper.make_node("If", ["yes"], ["W"], then_branch=branch, else_branch=branch)
    hostile("external-subgraph", linear(nodes=[condition, choose, product]))
    values = external_tensor("W", out, (1,))
    indices = helper.make_tensor("indices", TensorProto.INT64, [1], [0])
    sparse = onnx.SparseTensorProto(values=values, indices=indices, dims=[4, 1])
    hostile("external-sparse", linear(sparse_initializer=[sparse]))
    hostile("external-sparse-attribute", linear(nodes=[helper.make_node("Constant", [], ["W"], sparse_value=sparse), product]))
    function = helper.make_function("own", "Weights", [], ["W"], [constant], [helper.make_opsetid("", 19)])
    call = helper.make_node("Weights", [], ["W"], domain="own")
    hostile("external-function", linear(nodes=[call, product], functions=[function], domains=["own"]))
    training = linear([floats("W", weights, [4, 1])])
    training.training_info.add().algorithm.initializer.append(external_tensor("W", out))
    hostile("external-training", training)
    hidden = external_tensor("W", out)
    hidden.ClearField("data_location")
    hostile("external-undeclared", linear([hidden]))


def hostile(name, model):
    (HOSTILE / f"{name}.onnx").write_bytes(model.SerializeToString())


def endless_loop():
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Sin", ["v"], ["w"])],
        "body",
        [info("i", TensorProto.INT64, []), info("go", TensorProto.BOOL, []), info("v", TensorProto.FLOAT, None)],
        [info("on", TensorProto.BOOL, []), info("w", TensorProto.FLOAT, None)],
    )
    nodes = [
        helper.make_node("Constant", [], ["n"], value=helper.make_tensor("n", TensorProto.INT64, [], [2**62])),
        helper.make_node("Constant", [], ["t"], value=helper.make_tensor("t", TensorProto.BOOL, [], [True])),
        helper.make_node("Loop", ["n", "t", "X"], ["y"], body=body),
    ]
    hostile("endless", linear(nodes=nodes))


def unfit():
    """Files that are ONNX and cannot be used."""
    hostile("unknown-operator", linear(nodes=[helper.make_node("Frobnicate", ["X"], ["y"])]))
    hostile("image", built(
        [helper.make_node("GlobalAveragePool", ["X"], ["y"])],
        [info("X", TensorProto.FLOAT, ["N", 3, 8, 8])],
        [info("y", TensorProto.FLOAT, ["N", 3, 1, 1])],
    ))
    hostile("fails-on-rows", linear(nodes=[
        helper.make_node("Constant", [], ["s"], value=helper.make_tensor("s", TensorProto.INT64, [2], [7, 1])),
        helper.make_node("Reshape", ["X", "s"], ["y"]),
    ]))
    hostile("one-row-out", linear(nodes=[
        helper.make_node("ReduceSum", ["X"], ["y"], keepdims=1),
    ]))
    two = built(
        [helper.make_node("Identity", ["X"], ["first"]), helper.make_node("Neg", ["X"], ["second"])],
        [info("X", TensorProto.FLOAT, ["N", 1])],
        [info("first", TensorProto.FLOAT, ["N", 1]), info("second", TensorProto.FLOAT, ["N", 1])],
    )
    hostile("two-values", two)
    hostile("huge-allocation", linear(nodes=[
        helper.make_node("Constant", [], ["s"], value=helper.make_tensor("s", TensorProto.INT64, [2], [2**40, 2**10])),
        helper.make_node("ConstantOfShape", ["s"], ["big"]),
        helper.make_node("ReduceSum", ["big"], ["r"], keepdims=1),
        helper.make_node("Add", ["X", "r"], ["y"]),
    ]))
    hostile("no-graph", onnx.ModelProto(ir_version=9, producer_name="nobody"))


def signature_models():
    """Inputs and outputs of every kind; the graph need not run."""
    type_of = helper.make_tensor_type_proto
    of_floats = type_of(TensorProto.FLOAT, ["N", 2])
    scores = helper.make_map_type_proto(TensorProto.STRING, type_of(TensorProto.DOUBLE, []))
    sparse = helper.make_sparse_tensor_type_proto(TensorProto.FLOAT, [None, 7])
    kinds = [
        ("f16", type_of(TensorProto.FLOAT16, ["N", None, 3])),
        ("bf16", type_of(TensorProto.BFLOAT16, [2])),
        ("c64", type_of(TensorProto.COMPLEX64, [])),
        ("c128", type_of(TensorProto.COMPLEX128, None)),
        ("f8", type_of(TensorProto.FLOAT8E4M3FN, [0])),
        ("i4", type_of(TensorProto.INT4, [-1])),
        ("texts", type_of(TensorProto.STRING, ["rows"])),
        ("many", helper.make_sequence_type_proto(of_floats)),
        ("scored", helper.make_sequence_type_proto(scores)),
        ("map", scores),
        ("maybe", helper.make_optional_type_proto(of_floats)),
        ("maybe-many", helper.make_optional_type_proto(helper.make_sequence_type_proto(of_floats))),
        ("thin", sparse),
        ("default", type_of(TensorProto.FLOAT, [4, 1])),
        ("thin-default", type_of(TensorProto.FLOAT, [4, 1])),
    ]
    inputs = [helper.make_value_info(name, kind) for name, kind in kinds]
    inputs.append(onnx.ValueInfoProto(name="untyped"))
    values = helper.make_tensor("thin-default", TensorProto.FLOAT, [1], [1.0])
    indices = helper.make_tensor("indices", TensorProto.INT64, [1], [0])
    outputs = [helper.make_value_info(name, kind) for name, kind in kinds[:3]]
    nodes = [helper.make_node("Identity", [name], [f"{name}-out"]) for name, _ in kinds]
    model = built(nodes, inputs, outputs, [floats("default", [1, 2, 3, 4], [4, 1])], domains=["own"],
                  sparse_initializer=[onnx.SparseTensorProto(values=values, indices=indices, dims=[4, 1])])
    model.producer_name, model.producer_version = "exporter", "2.1"
    (FOLDER / "every-kind.onnx").write_bytes(model.SerializeToString())


def type_words(kind):
    """As Slipway writes types: the words of numpy, nested."""
    element = lambda number: {"float": "float32", "double": "float64"}.get(
        TensorProto.DataType.Name(number).lower(), TensorProto.DataType.Name(number).lower()
    )
    which = kind.WhichOneof("value")
    if which == "tensor_type":
        return element(kind.tensor_type.elem_type)
    if which == "sparse_tensor_type":
        return f"sparse({element(kind.sparse_tensor_type.elem_type)})"
    if which == "sequence_type":
        return f"sequence({type_words(kind.sequence_type.elem_type)})"
    if which == "map_type":
        return f"map({element(kind.map_type.key_type)}, {type_words(kind.map_type.value_type)})"
    if which == "optional_type":
        return f"optional({type_words(kind.optional_type.elem_type)})"
    return "undefined"


def shape_of(kind):
    which = kind.WhichOneof("value")
    if which == "optional_type":
        return shape_of(kind.optional_type.elem_type)
    if which not in ("tensor_type", "sparse_tensor_type") or not getattr(kind, which).HasField("shape"):
        return None
    sizes = []
    for dim in getattr(kind, which).shape.dim:
        value = getattr(dim, dim.WhichOneof("value") or "denotation")
        sizes.append(value if value != "" and not (isinstance(value, int) and value < 0) else None)
    return sizes


def value_words(value):
    return {"name": value.name, "type": type_words(value.type), "shape": shape_of(value.type)}


def signatures():
    """What the onnx package says of every model here, in signatures.json."""
    signature_models()
    said = {}
    for path in sorted(FOLDER.glob("*.onnx")):
        model = onnx.load(path, load_external_data=False)
        graph = model.graph
        given = {tensor.name for tensor in graph.initializer} | {s.values.name for s in graph.sparse_initializer}
        said[path.name] = {
            "signature": {
                "inputs": [value_words(value) for value in graph.input if value.name not in given],
                "outputs": [value_words(value) for value in graph.output],
            },
            "opsets": {opset.domain or "ai.onnx": opset.version for opset in model.opset_import},
            "producer": f"{model.producer_name} {model.producer_version}".strip() or None,
            "irVersion": model.ir_version,
        }
    lines = [f"{json.dumps(name)}: {json.dumps(of, ensure_ascii=False)}" for name, of in said.items()]
    (FOLDER / "signatures.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


def main():
    HOSTILE.mkdir(parents=True, exist_ok=True)
    logistic_regression()
    pipeline_with_texts()
    multiclass()
    regression()
    exported_networks()
    typed_columns()
    two_tensors()
    missing_values()
    external_data()
    endless_loop()
    unfit()
    signatures()
    text = json.dumps(cases, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    (FOLDER / "cases.json").write_text(text.replace('},"', '},\n"') + "\n")


if __name__ == "__main__":
    main()
