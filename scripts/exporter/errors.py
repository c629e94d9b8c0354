"""The one error that the exporter raises for input it can't use."""


class ExportError(Exception):
    """A message of the form ``[id] subject: rule; got X, expected Y; what to do``.

    Parameters
    ----------
    identifier : str
        Stable name of the rule, such as ``export.argument``.
    message : str
        The rest of the message.
    """

    def __init__(self, identifier: str, message: str) -> None:
        super().__init__(f"[{identifier}] {message}")
        self.identifier = identifier
