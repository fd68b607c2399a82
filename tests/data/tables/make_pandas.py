"""Tables of features as pandas writes them: /usr/bin/python3 make_pandas.py (pandas 1.5, NumPy 1.24, Debian 12)."""
import numpy as np
import pandas as pd

values = ((np.arange(48) - 20) / 8).astype(np.float32).reshape(4, 12)
rest = pd.DataFrame({"det_score": [0.9, 0.8, 0.7, 0.6], "age": [31, 32, 33, 34], "album": ["a", "b", "a", None]})
ids = pd.Series([f"p{i}.jpg" for i in range(4)], name="id")
columns = pd.concat([ids, pd.DataFrame(values).add_prefix("f"), rest, pd.DataFrame({"box_0": [1.0] * 4, "box_1": [2.0] * 4})], axis=1)
columns.to_csv("columns.csv", index=False)
columns.to_csv("index.csv")
columns.to_csv("semicolon.csv", index=False, sep=";")
columns.to_csv("decimal.csv", index=False, sep=";", decimal=",")
columns.to_csv("decimal.tsv", index=False, sep="\t", decimal=",")

# An array is written as NumPy prints it, over lines, and a long one without its middle.
pd.concat([ids, pd.Series(list(values), name="embedding"), rest], axis=1).to_csv("arrays.csv", index=False)
pd.concat([ids, pd.Series(values.tolist(), name="embedding"), rest], axis=1).to_csv("lists.csv", index=False)
pd.DataFrame({"embedding": [np.arange(1200) / 8, np.arange(1200) / 4]}).to_csv("elided.csv", index=False)
