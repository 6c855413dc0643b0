"""What a reading is of may be gone from a record that a visitor has changed."""


class AbsentError(Exception):
    """There is nothing to read; the message says what there is not, and stands where the number would."""
