"""What Strata raises when it can't judge."""


class Error(Exception):
    """Bad input, a missing tool or a broken invariant; never a wrong model.

    Attributes
    ----------
    id : str
        Stable and dotted, such as "load.unknown_tag".
    where : str
        A file, a line of a file or a JSON Pointer; may be empty.
    """

    def __init__(self, id: str, message: str, where: str = "") -> None:
        super().__init__(message)
        self.id = id
        self.where = where
