"""Takes PyTorch models apart into small C++ modules, and judges the pieces.

>>> import strata
>>> tree = strata.decompose("gpt2.pt2", out="out/gpt2")
>>> print(tree)
>>> strata.verify("out/gpt2")["verdict"]
'pass'
"""

from strata._strata import (
    Component,
    Instance,
    Node,
    Program,
    Tensor,
    Tree,
    decompose,
    load,
    read_tree,
)
from strata.errors import Error
from strata.programs import scan, verify, verify_step

__all__ = [
    "Component",
    "Error",
    "Instance",
    "Node",
    "Program",
    "Tensor",
    "Tree",
    "decompose",
    "load",
    "read_tree",
    "scan",
    "verify",
    "verify_step",
]
