"""The same answers from SQL: one query over claims in columns, for each payer.

`query.py` puts the query together, stage by stage; `words.py` reads the columns, `data.py` sets and tables,
`conditions.py` and `values.py` say conditions and values, `firing.py` which effects are in force,
`combine.py` what they come to. `dialect.py` holds what engines spell in their own way,
`sparksql.py` Spark's spelling; `engines.py` names the engines that `duckdb.py` and `spark.py` run.

SQL's own logic with NULL is strong Kleene, so that unknown stays unknown; what SQL cannot say is NULL too. A
claim with a line on which something NULL could matter is marked `exact`: it is for the backend that knows
completion.
"""
