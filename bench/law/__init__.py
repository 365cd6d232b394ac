"""``run.py bench law``: one law, the same facts, several engines, each in a process of its own.

``values`` and ``rules`` hold the law, ``facts`` makes up the households; ``by_hand``, ``fused`` and ``openfisca``
say the same law in other ways, each as well as its means allow; ``engines`` runs ours.  ``measure`` starts one
process after the other and compares what they found by digest; ``table`` prints it.

What runs in another environment (``openfisca``, ``spark``) imports nothing of the platform: it reads the facts and
the values from files.
"""
