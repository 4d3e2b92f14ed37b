"""What a user did wrong, said in one line: what, where, what to do."""


class UserError(Exception):
    """Shown to the user as one line, without a traceback; the command then ends with status 2."""
