"""The graph in a SPARQL service, a larger engine than the embedded one: ``rusgraf load``, then ``--endpoint URL``.

`protocol` speaks with the service, `results` reads what it says, `rewrite` puts values into queries, `reader` sees to
it that answers are whole, `store` is the interface of `rusgraf.store.Store` over it, `loading` fills it. Layer: domain.
"""
