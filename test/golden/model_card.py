"""What Hugging Face's own library reads of the model cards that the tests write.

    python -m venv build/hub && build/hub/bin/pip install huggingface_hub==2.4.0
    SLIPWAY_GOLDEN=write npx vitest run test/unit/registry/versions/model-card.test.ts
    build/hub/bin/python test/golden/model_card.py

The test writes the cards of its samples to test/golden/data/model-card; this reads them, offline, as
`ModelCard.load` and `model_index_to_eval_results` do, and writes hub.json beside them.
"""

import json
from pathlib import Path

from huggingface_hub import ModelCard

FOLDER = Path(__file__).parent / "data" / "model-card"
RESULT = ["task_type", "dataset_type", "dataset_name", "dataset_split", "dataset_revision"]
METRIC = ["metric_type", "metric_name", "metric_value"]


def read(path):
    card = ModelCard.load(path)
    said = card.data.to_dict()
    said.pop("model-index", None)
    results = [
        {key: getattr(result, key) for key in RESULT + METRIC}
        for result in card.data.eval_results or []
    ]
    return {"data": said, "model_name": card.data.model_name, "results": results}


read_all = {path.stem: read(path) for path in sorted(FOLDER.glob("*.md"))}
(FOLDER / "hub.json").write_text(json.dumps(read_all, indent=1, sort_keys=True, allow_nan=False) + "\n")
