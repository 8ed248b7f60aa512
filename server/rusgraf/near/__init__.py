"""What of a graph can a query see near given things? New statements then cost what they touch, not what the graph is.

``view`` is a store with statements beside it, neither copied nor written to; ``read`` reads a query into ``parts``,
which take from a view what can bear on an answer; ``follow`` works out what follows from the new statements, ``effect``
which findings they close and open. All of it is exact: tests hold it equal to loading everything anew.
Layer: domain.
"""
