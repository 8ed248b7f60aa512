"""rusgraf: where are the action plans of a Swedish region silos?

The dependency rule of this package, enforced by ``tests/test_layers.py``:

* ``assets`` and ``errors`` know nothing but the standard library;
* the domain modules (``store``, ``library``, ``findings`` …) may import those and each other,
  never flask or click;
* the faces ``cli`` and ``web`` import the domain and never each other;
* only ``reason`` imports owlready2, only ``validate`` pyshacl, only ``rdf``, ``store`` and ``terms`` pyoxigraph.
"""
